// When what is new is shown: at most ten times a second, and only what is on the screen.

const PAINT_MS = 100;

const wanted = new Map(); // paint function -> the element it paints, or undefined
const onScreen = new WeakSet();
let timer = 0;
let paintedAt = 0;

const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) onScreen.add(target);
      else onScreen.delete(target);
    }
    ask();
  },
  { rootMargin: "100px" },
);

/**
 * Makes of `draw` a function to be called whenever something has changed: it draws soon, however often it is asked.
 * With an element it waits until that is on the screen.
 */
export function painter(draw, element) {
  if (element) observer.observe(element);
  return () => {
    wanted.set(draw, element);
    ask();
  };
}

function ask() {
  if (timer || !wanted.size) return;
  timer = setTimeout(() => requestAnimationFrame(paint), Math.max(0, paintedAt + PAINT_MS - performance.now()));
}

function paint() {
  timer = 0;
  paintedAt = performance.now();
  for (const [draw, element] of wanted) {
    if (element && !onScreen.has(element)) continue;
    wanted.delete(draw);
    draw();
  }
}

document.addEventListener("visibilitychange", ask);
