// What this browser has of its rooms, in its own storage: the writer's number, the teacher's secret.
// It is told to the server, and is in no address.

const NAME = "mnist-lab-class";
const KEPT_MS = 2 * 86_400_000;

const read = () => {
  try {
    return JSON.parse(localStorage.getItem(NAME)) ?? {};
  } catch {
    return {};
  }
};

const write = (rooms) => {
  try {
    localStorage.setItem(NAME, JSON.stringify(rooms));
  } catch {
    // A browser that keeps nothing: the number lives as long as the page.
  }
};

export default function ({data, parentElement, setStateValue}) {
  const {room, keep, forget} = data;
  if (!room) return;
  const rooms = read();
  for (const [code, own] of Object.entries(rooms)) {
    if (Date.now() - own.at > KEPT_MS) delete rooms[code];
  }
  if (forget) delete rooms[room];
  else if (Object.keys(keep).length) rooms[room] = {...rooms[room], ...keep, at: Date.now()};
  write(rooms);
  const {writer = "", secret = ""} = rooms[room] ?? {};
  const told = {room, writer, secret};
  if (parentElement.told === JSON.stringify(told)) return;
  parentElement.told = JSON.stringify(told);
  setStateValue("kept", told);
}
