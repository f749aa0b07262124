// The button that prints the plan.

export default function ({parentElement}) {
  const button = parentElement.querySelector("button");
  const print = () => window.print();
  button.addEventListener("click", print);
  return () => button.removeEventListener("click", print);
}
