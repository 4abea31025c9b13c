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
const EVERY_LOOK = [[WIDE, "light"], [WIDE, "dark"], [NARROW, "dark"], [NARROW, "light"]];
const TWO_LOOKS = [[WIDE, "light"], [NARROW, "dark"]];

let portal, browser;

before(async () => {
	[portal, browser] = await Promise.all([startPortal({ grants: 80 }), launchBrowser()]);
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
					const problems = await look(page, language === "en" ? EVERY_LOOK : TWO_LOOKS);
					assert.deepEqual([...problems, ...heard], []);
				} finally {
					await page.close();
				}
			});
		}
	});
}

test("no page of the portal's table was left out", () => assert.deepEqual(missed(), []));

/** Looks at the page as it is now, in themes and widths: the first look sees all rows of a table, the others eight of them. */
async function look(page, [first, ...others]) {
	await inject(page);
	const problems = await lookAt(page, first);
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
	await page.evaluate(() => {
		for (const body of document.querySelectorAll("tbody")) for (const row of [...body.rows].slice(8)) row.remove();
	});
	for (const other of others) problems.push(...(await lookAt(page, other)));
	return problems;
}

async function lookAt(page, [viewport, colorScheme]) {
	await page.setViewportSize(viewport);
	await page.emulateMedia({ colorScheme });
	return (await check(page)).map((problem) => `${viewport.width} ${colorScheme}: ${problem}`);
}

/** Past the page's own policy, which allows no such script. */
async function inject(page) {
	const session = await page.context().newCDPSession(page);
	await session.send("Runtime.evaluate", { expression: AXE, returnByValue: true });
	await session.detach();
}

function check(page) {
	return page.evaluate(async (tags) => {
		const { violations } = await globalThis.axe.run(document, {
			runOnly: { type: "tag", values: tags },
			rules: { "target-size": { enabled: true } },
			resultTypes: ["violations"],
			preload: false,
			iframes: false,
		});
		return violations.flatMap((violation) =>
			violation.nodes.map((node) => `${violation.id}: ${node.target.join(" ")}: ${node.failureSummary.replace(/\s+/g, " ")}`),
		);
	}, TAGS);
}
