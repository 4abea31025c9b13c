// The list of grants on a laptop, a small window and a phone: how much of a day's work is seen at once.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { contextFor, launchBrowser, startPortal } from "./support.mjs";

let portal;
let browser;
let agent;

before(async () => {
	portal = await startPortal({ grants: 240 });
	browser = await launchBrowser();
	agent = await contextFor(browser, portal, "agent");
});

after(async () => {
	await browser?.close();
	await portal?.stop();
});

/** How many rows are seen whole without scrolling, and how tall they are. */
async function rows(width, height, path) {
	const page = await agent.newPage();
	try {
		await page.setViewportSize({ width, height });
		await page.goto(path);
		return await page.evaluate(() => {
			// The demo keeps its mail, and says so; a desk in order has no banner.
			for (const banner of document.querySelectorAll("main > .note")) banner.remove();
			const boxes = [...document.querySelectorAll("main tbody tr")].map((row) => row.getBoundingClientRect());
			const tallest = Math.max(...boxes.map((box) => box.height));
			const average = boxes.reduce((sum, box) => sum + box.height, 0) / boxes.length;
			const isTable = getComputedStyle(document.querySelector("main thead")).display !== "none";
			const overflow = document.documentElement.scrollWidth - innerWidth;
			return { all: boxes.length, seen: boxes.filter((box) => box.bottom <= innerHeight).length, tallest, average, isTable, overflow };
		});
	} finally {
		await page.close();
	}
}

for (const path of ["/grants?status=pending", "/grants?status=delivered", "/grants"]) {
	test(`twenty rows of ${path} fit the screen of a laptop`, async () => {
		for (const [width, height] of [[1440, 900], [1366, 768]]) {
			const found = await rows(width, height, path);
			assert.ok(found.seen >= Math.min(20, found.all), `${width} × ${height}: ${JSON.stringify(found)}`);
			assert.ok(found.tallest <= 34, `a row is one line: ${JSON.stringify(found)}`);
		}
	});
}

test("a window of 1024 pixels shows a table", async () => {
	for (const path of ["/grants?status=pending", "/grants?status=delivered", "/grants?status=revoked"]) {
		const found = await rows(1024, 768, path);
		assert.ok(found.isTable && found.overflow <= 0, `${path}: ${JSON.stringify(found)}`);
	}
});

test("a grant on a phone is a small card", async () => {
	const found = await rows(390, 844, "/grants?status=pending");
	assert.ok(!found.isTable && found.overflow <= 0 && found.average <= 130, JSON.stringify(found));
});
