"use strict";
/* What pages can do without: printing by a button of their own. */
document.documentElement.classList.add("js");
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
