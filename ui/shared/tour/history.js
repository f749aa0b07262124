// What a visitor sets changes the page's address, but is no step to go back over: Back leads to
// the page before. Streamlit pushes an entry whenever its server has changed the address.
// Nor is an address that only leads on (moved: their last parts) a place to come back to.

function stepOverSettings(moved) {
  const { history, location } = window;
  if (Object.hasOwn(history, "pushState")) return;

  history.pushState = (state, unused, url) => {
    const target = new URL(url ?? "", location.href);
    const leadsOn = moved.includes(location.pathname.split("/").pop());
    const stays = target.pathname === location.pathname || leadsOn;
    const way = stays ? "replaceState" : "pushState";
    History.prototype[way].call(history, state, unused, url);
  };
}
