// Takes the passage that a reader selects in the article along to the form for errors. Without it the form asks for it.
"use strict";
{
  const MOST = 600;
  const link = document.querySelector(".report__link");
  const prose = document.querySelector(".article");
  if (link && prose) {
    const plain = { href: link.href, text: link.textContent };
    const follower = link.cloneNode(true);
    follower.classList.add("button", "report__follower");
    follower.hidden = true;
    link.after(follower);

    const passage = () => {
      const selection = document.getSelection();
      if (!selection || selection.isCollapsed || !prose.contains(selection.anchorNode) || !prose.contains(selection.focusNode)) {
        return "";
      }
      return selection.toString().trim().slice(0, MOST);
    };

    let waiting = 0;
    document.addEventListener("selectionchange", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const words = passage();
        const marked = words.length > 2;
        for (const each of [link, follower]) {
          each.href = marked ? `${plain.href}?doan=${encodeURIComponent(words)}` : plain.href;
          each.textContent = marked ? link.dataset.selected : plain.text;
        }
        follower.hidden = !marked;
      }, 200);
    });
  }
}
