// A moment is what the answer and the strip show in the place of Python's data while somebody
// writes: {by: "hand" or "pen", answer, pictures}.

const MOMENT = "moment-of-mnist-lab";
const moment = () => globalThis.momentOfMnistLab;

const tell = (next) => {
  globalThis.momentOfMnistLab = next;
  dispatchEvent(new Event(MOMENT));
};

// Streamlit calls a component again for new data, and its clean-up for a call that another one has
// overtaken: only that of the newest call ends it.
class Follower {
  look = () => this.show(this.data, moment());

  take(data) {
    this.data = data;
    addEventListener(MOMENT, this.look);
    this.look();
    return () => {
      if (this.data === data) removeEventListener(MOMENT, this.look);
    };
  }
}
