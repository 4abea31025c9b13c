// The palette: Ctrl+K, or ⌘K on a Mac, opens it on every page. What is typed leaves the places that have it; Enter opens the
// first of them, or searches where there is none.
(() => {
	const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
	if (isMac) for (const key of document.querySelectorAll("[data-control]")) key.textContent = "⌘";
	const palette = document.getElementById("palette");
	if (!palette) return;
	const field = palette.querySelector("[name=q]"), line = palette.querySelector("[data-enter]");
	const places = [...palette.querySelectorAll("li :is(a, button)")];
	const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
	const shown = () => places.filter((place) => !place.closest("li").hidden);
	const first = () => (field.value.trim() ? shown()[0] : undefined);
	const filter = () => {
		const words = folded(field.value).split(/\s+/);
		for (const place of places) place.closest("li").hidden = !words.every((word) => folded(place.textContent).includes(word));
		const { enter, enterSearch } = line.dataset;
		line.textContent = first() ? `${enter} ${first().textContent}` : enterSearch;
	};
	field.addEventListener("input", filter);
	palette.addEventListener("keydown", (e) => {
		const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
		if (by) {
			const all = [field, ...shown()], at = all.indexOf(document.activeElement);
			e.preventDefault();
			all.at((at + by) % all.length)?.focus();
		} else if (e.key === "Enter" && e.target === field && first()) {
			e.preventDefault();
			first().click();
		} else if (e.key.length === 1 && e.key !== " " && !e.ctrlKey && !e.metaKey) field.focus();
	});
	addEventListener("keydown", (e) => {
		const isOpening = (isMac ? e.metaKey : e.ctrlKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === "k";
		if (!isOpening || document.querySelector("dialog:modal")) return;
		e.preventDefault();
		palette.showModal();
		field.value = "";
		filter();
		field.focus();
	});
})();
