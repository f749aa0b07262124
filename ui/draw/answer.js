// The answer. Python sends the visitor's; while the hand or the pen writes, what is read of that by
// then stands in its place.

class Answer extends Follower {
  constructor(root) {
    super();
    this.root = root;
    [this.sign, this.says, this.asks, this.bars] = ["sign", "says", "asks", "bars"].map((name) =>
      root.querySelector(`.answer-${name}`),
    );
    this.rows = [...Array(10).keys()].map((digit) => {
      const row = document.createElement("div");
      row.className = "answer-bar";
      row.innerHTML = `<b>${digit}</b><span class="answer-track"><span></span></span><i></i>`;
      this.bars.append(row);
      return row;
    });
  }

  show(data, moment) {
    const {state, sign, asks, shares, chances, best, said} = moment?.answer ?? data;
    this.root.dataset.by = moment?.by ?? "visitor";
    this.root.dataset.state = state;
    this.sign.textContent = sign;
    this.root.style.setProperty("--signs", sign.length);
    this.asks.textContent = asks;
    this.bars.setAttribute("aria-label", said);
    this.rows.forEach((row, digit) => {
      row.style.setProperty("--share", shares[digit]);
      row.classList.toggle("answer-best", digit === best);
      row.querySelector("i").textContent = chances[digit];
    });
  }

  // Only what has changed is read out.
  say(text) {
    if (text === this.said) return;
    this.said = text;
    this.says.replaceChildren(
      ...text.split("**").map((part, number) => {
        const element = document.createElement(number % 2 ? "b" : "span");
        element.textContent = part;
        return element;
      }),
    );
  }
}

const answers = new WeakMap();

export default function ({data, parentElement}) {
  const root = parentElement.querySelector(".answer");
  if (!answers.has(root)) answers.set(root, new Answer(root));
  const answer = answers.get(root);
  answer.say(data.says);
  return answer.take(data);
}
