// Adds to each slideshow, which works without this: buttons, arrow keys, and pictures that move on by themselves, unless
// the reader asked for less motion. Whoever touches it, or pauses it, has it stand still.
for (const show of document.querySelectorAll(".show")) {
  const strip = show.querySelector(".show__slides");
  const slides = [...strip.children];
  const links = [...show.querySelectorAll(".show__numbers a")];
  const buttons = show.querySelector(".show__buttons");
  if (slides.length < 2 || !buttons) continue;

  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const pause = buttons.querySelector("[value=pause]");
  const SECONDS = 7;
  let playing = !still.matches;
  let held = false; // under the pointer or in focus
  let seen = false; // on the screen

  const here = () => {
    const middle = strip.scrollLeft + strip.clientWidth / 2;
    return Math.max(0, slides.findIndex((slide) => slide.offsetLeft - strip.offsetLeft + slide.offsetWidth > middle));
  };
  const go = (number) => {
    const slide = slides[(number + slides.length) % slides.length];
    strip.scrollTo({ left: slide.offsetLeft - strip.offsetLeft, behavior: still.matches ? "auto" : "smooth" });
  };
  const mark = () => {
    links.forEach((link, number) => {
      if (number === here()) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };
  const play = (yes) => {
    playing = yes;
    pause.textContent = yes ? pause.dataset.pause : pause.dataset.play;
    strip.setAttribute("aria-live", yes ? "off" : "polite");
  };

  buttons.hidden = false;
  buttons.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button === pause) return play(!playing);
    play(false);
    go(here() + (button.value === "on" ? 1 : -1));
  });
  show.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    play(false);
    go(here() + step);
  });
  links.forEach((link, number) =>
    link.addEventListener("click", (event) => {
      event.preventDefault(); // the page itself stays where it is
      play(false);
      go(number);
    }),
  );
  strip.addEventListener("scroll", mark, { passive: true });
  strip.addEventListener("pointerdown", () => play(false));
  strip.addEventListener("wheel", (event) => event.deltaX && play(false), { passive: true });
  for (const [event, yes] of [["pointerenter", true], ["pointerleave", false], ["focusin", true], ["focusout", false]])
    show.addEventListener(event, () => (held = yes));
  still.addEventListener("change", () => still.matches && play(false));
  new IntersectionObserver(([entry]) => (seen = entry.isIntersecting), { threshold: 0.5 }).observe(strip);
  setInterval(() => playing && !held && seen && !document.hidden && go(here() + 1), SECONDS * 1000);

  play(playing);
  mark();
}
