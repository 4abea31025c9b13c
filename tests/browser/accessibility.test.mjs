// Every page, in light and dark, wide and narrow: no violation of WCAG 2.2 AA or of axe's best
// practices, and nothing to scroll sideways.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { missed, PAGES, prepare, roleOf, visit } from "./pages.mjs";
import { launchBrowser, listen, startPortal } from "./support.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
const SMALLEST = { width: 360, height: 740 };
// Each width and each theme once with every rule; the other combinations with what depends on both.
const LOOKS = [[WIDE, "light"], [NARROW, "dark"]];
const MORE_LOOKS = [[WIDE, "dark"], [NARROW, "light"]];
const OF_COLORS = ["color-contrast", "link-in-text-block", "target-size"];

let portal, browser;

before(async () => {
	[portal, browser] = await Promise.all([startPortal({ grants: 60 }), launchBrowser()]);
});
after(async () => {
	await browser?.close();
	await portal?.stop();
});

for (const [language, locale] of [["en", "en-US"], ["de", "de-DE"]]) {
	describe(`in ${language}`, { concurrency: 2 }, () => {
		let shared;
		before(async () => {
			shared = await prepare(browser, portal, { locale });
		});
		after(async () => {
			for (const context of browser.contexts()) await context.close();
		});
		for (const wanted of PAGES.filter((page) => language === "en" || page.german)) {
			test(wanted.name, async () => {
				const page = await shared.contexts[roleOf(wanted)].newPage();
				const heard = listen(page);
				try {
					await visit(page, wanted, shared.kit);
					assert.equal(await page.getAttribute("html", "lang"), language);
					const problems = await look(page, language === "en" ? MORE_LOOKS : []);
					assert.deepEqual([...problems, ...heard], []);
				} finally {
					await page.close();
				}
			});
		}
	});
}

test("no page of the portal's table was left out", () => assert.deepEqual(missed(), []));

/** Looks at the page as it is now, in themes and widths. */
async function look(page, moreLooks) {
	const problems = [];
	await inject(page);
	const lookAt = async ([viewport, colorScheme], runOnly) => {
		await page.setViewportSize(viewport);
		await page.emulateMedia({ colorScheme });
		for (const problem of await check(page, runOnly)) problems.push(`${viewport.width} ${colorScheme}: ${problem}`);
	};
	for (const one of LOOKS) await lookAt(one, { type: "tag", values: TAGS });
	for (const one of moreLooks) await lookAt(one, { type: "rule", values: OF_COLORS });
	for (const size of [NARROW, SMALLEST]) {
		await page.setViewportSize(size);
		const wider = await page.evaluate(() => {
			const root = document.documentElement;
			if (root.scrollWidth <= root.clientWidth) return [];
			const beyond = [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > root.clientWidth);
			return [`${root.scrollWidth}px`, ...beyond.slice(0, 3).map((e) => e.outerHTML.slice(0, 120))];
		});
		if (wider.length > 0) problems.push(`scrolls sideways at ${size.width}: ${wider.join(" | ")}`);
	}
	return problems;
}

/** Past the page's own policy, which allows no such script. */
async function inject(page) {
	const session = await page.context().newCDPSession(page);
	await session.send("Runtime.evaluate", { expression: AXE, returnByValue: true });
	await session.detach();
}

function check(page, runOnly) {
	return page.evaluate(async (runOnly) => {
		const { violations } = await globalThis.axe.run(document, {
			runOnly,
			rules: { "target-size": { enabled: true } },
			resultTypes: ["violations"],
			preload: false,
			iframes: false,
		});
		return violations.flatMap((violation) =>
			violation.nodes.map((node) => `${violation.id}: ${node.target.join(" ")}: ${node.failureSummary.replace(/\s+/g, " ")}`),
		);
	}, runOnly);
}
