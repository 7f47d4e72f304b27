"use strict";
/* What pages can do without: printing by a button of their own; a form that is sent once however often its button is
   pressed; and what was typed stays where somebody's session ended meanwhile. */
document.documentElement.classList.add("js");
const OLD_MS = 60_000; // a younger page has the token of a session that is still there
const AGAIN_MS = 10_000;

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

document.addEventListener("submit", (event) => {
  const form = event.target, by = event.submitter || form, now = Date.now();
  if (form.getAttribute("method") !== "post") return;
  if (now - Number(by.dataset.sent || 0) < AGAIN_MS) return event.preventDefault();
  by.dataset.sent = now;
  const token = form.elements._csrf, who = document.body.dataset.who;
  if (!token || !who || form.dataset.asked || performance.now() < OLD_MS) return;
  event.preventDefault();
  fetch(`/me/token?who=${encodeURIComponent(who)}`, { redirect: "manual" })
    .then((answer) => (answer.ok ? answer.text() : ""), () => "")
    .then((fresh) => {
      delete by.dataset.sent;
      if (!fresh) return tell(form);
      token.value = fresh;
      form.dataset.asked = "1";
      form.requestSubmit(event.submitter);
    });
});

window.addEventListener("pageshow", () => {
  for (const one of document.querySelectorAll("[data-sent], [data-asked]")) {
    delete one.dataset.sent;
    delete one.dataset.asked;
  }
});

function tell(form) {
  form.querySelector(".signed-out")?.remove();
  const said = document.createElement("div"), link = document.createElement("a");
  said.className = "note bad signed-out";
  said.setAttribute("role", "alert");
  link.href = "/login?next=/me";
  link.target = "_blank";
  link.textContent = "在新窗口登录";
  said.append("登录已失效，还没有提交。填写的内容还在：请", link, "，再回到这里提交。");
  form.prepend(said);
  said.scrollIntoView({ block: "center" });
}
