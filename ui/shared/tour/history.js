// What a visitor sets changes the page's address, but is no step to go back over: Back leads to
// the page before. Streamlit pushes an entry whenever its server has changed the address.

export default function () {
  const { history, location } = window;
  if (Object.hasOwn(history, "pushState")) return;

  history.pushState = (state, unused, url) => {
    const target = new URL(url ?? "", location.href);
    const way = target.pathname === location.pathname ? "replaceState" : "pushState";
    History.prototype[way].call(history, state, unused, url);
  };
}
