// Pages that stay open: what has happened meanwhile is said in one line, and nothing moves under the pointer.
(() => {
	const line = document.getElementById("pulse");
	if (!line) return;
	const $ = (s, r = document) => r.querySelector(s);
	const held = $("[data-held]"), free = $("[data-free]"), list = $("[data-list]");
	const opened = performance.now();

	// `38 min`, `2 h 04 min`, `4 h`, `2 d 3 h`, as the server writes it.
	const day = document.documentElement.lang === "de" ? "Tg." : "d";
	const duration = (seconds) => {
		const minutes = Math.floor(Math.max(0, seconds) / 60), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
		const of = (number, unit) => `${number} ${unit}`;
		if (days) return hours % 24 ? `${of(days, day)} ${of(hours % 24, "h")}` : of(days, day);
		if (!hours) return of(minutes, "min");
		return minutes % 60 ? `${of(hours, "h")} ${of(String(minutes % 60).padStart(2, "0"), "min")}` : of(hours, "h");
	};
	const waits = [...document.querySelectorAll("[data-waited]")].map((e) => [e, Number(e.dataset.waited), e.textContent]);
	const goOn = () => {
		const passed = (performance.now() - opened) / 1000;
		for (const [e, seconds, text] of waits) {
			const shown = text.replace(duration(seconds), duration(seconds + passed));
			if (e.textContent !== shown) e.textContent = shown;
		}
	};

	let said = "", isOver = false, timer;
	/** Says something once, with a link or a button behind it. */
	const say = (text, more) => {
		if (text === said) return;
		said = text;
		line.replaceChildren(...(text ? [Object.assign(document.createElement("span"), { textContent: text }), ...(more ? [more] : [])] : []));
	};
	const link = (href, text) => Object.assign(document.createElement("a"), { href, textContent: text });

	/** The e-mail's card as it is now, and what the page says of the grant; whoever types in it keeps it. */
	const renewEmail = async () => {
		const text = await fetch(location.href).then((r) => (r.ok ? r.text() : ""), () => "");
		const page = new DOMParser().parseFromString(text, "text/html");
		if ($("#email-card")?.contains(document.activeElement)) return;
		for (const part of ["#email-card", "#standing", ".head .chip"]) {
			const fresh = $(part, page);
			if (fresh) $(part)?.replaceWith(fresh);
		}
	};

	const show = (pulse) => {
		for (const e of document.querySelectorAll("[data-pending]")) e.firstChild.data = pulse.count;
		if (list) document.title = document.title.replace(/^(\([^)]*\) )?/, pulse.pending ? `(${pulse.count}) ` : "");
		const email = $("#email-card")?.dataset.email;
		if (email && pulse.email && pulse.email !== email) renewEmail();
		if (held && pulse.hold?.says) {
			if (pulse.hold.is_mine) return say(pulse.hold.says, $("[data-extend]")?.cloneNode(true) || null);
			$("span", held).textContent = pulse.hold.says;
			// Somebody else has it now.
			if (pulse.hold.until) $(".row", held)?.remove();
			return say(pulse.hold.says);
		}
		if (free && pulse.hold && !pulse.hold.is_pending) return say(pulse.hold.says, link(`/grants/${free.dataset.free}`, line.dataset.show));
		if (list && pulse.news) return say(pulse.news, link(list.dataset.list, line.dataset.show));
		return say("");
	};

	const ask = async () => {
		goOn();
		clearTimeout(timer);
		if (isOver || document.hidden) return;
		const query = new URLSearchParams({ after: line.dataset.newest });
		const grant = held?.dataset.held ?? free?.dataset.free ?? $("#email-card")?.dataset.grant;
		if (grant) query.set("grant", grant);
		const answer = await fetch(`${line.dataset.pulse}?${query}`, { redirect: "manual" }).catch(() => null);
		if (answer && (answer.type === "opaqueredirect" || answer.status === 401)) {
			isOver = true;
			return say(line.dataset.signedOut, link(`/login?next=${encodeURIComponent(location.pathname + location.search)}`, line.dataset.signIn));
		}
		if (answer?.ok) show(await answer.json());
		timer = setTimeout(ask, 15000);
	};
	document.addEventListener("visibilitychange", ask);
	timer = setTimeout(ask, 15000);
})();
