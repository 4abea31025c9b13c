// Stock: a sale in, a key out, with three presses; an import by keyboard alone; running work that tells how far it is.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { answerOf, contextFor, focused, freshKey, html, launchBrowser, listen, startPortal, tabTo, until } from "./support.mjs";

let portal, browser;

before(async () => {
	[portal, browser] = await Promise.all([startPortal(), launchBrowser()]);
});
after(async () => {
	await browser?.close();
	await portal?.stop();
});
afterEach(async () => {
	for (const context of browser.contexts()) await context.close();
});

const pathOf = (page) => new URL(page.url()).pathname;

/** A list of grants that wait for a stock with keys. */
async function waiting(context) {
	const rows = (await html(context, "/stock")).split("<tr>").slice(1);
	const row = rows.find((text) => !text.includes("<strong>0</strong>") && text.includes("status=pending"));
	return row.match(/href="(\/grants\?[^"]+)"/)[1].replaceAll("&amp;", "&").replaceAll("&#38;", "&");
}

/** Goes down the list to the first grant that can be fulfilled now; one that is paused or held by somebody else cannot. */
async function stepToFulfillable(page) {
	const number = await page.locator("[data-row]").count();
	for (let at = 0; at < number; at += 1) {
		await page.keyboard.press("j");
		if (await page.locator("tr:has([data-row]:focus) [data-fulfill]").count()) return;
	}
	assert.fail("no grant of this list can be fulfilled");
}

for (const javaScriptEnabled of [true, false]) {
	test(`from the list, a key is mailed with few presses, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
		const context = await contextFor(browser, portal, "agent", { javaScriptEnabled });
		const page = await context.newPage();
		const heard = listen(page);
		await page.goto(await waiting(context));
		if (javaScriptEnabled) {
			await stepToFulfillable(page);
			await answerOf(page, () => page.keyboard.press("f"));
		} else {
			await tabTo(page, "[data-fulfill]");
			await answerOf(page, () => page.keyboard.press("Enter"));
		}
		const id = pathOf(page).split("/")[2];
		await focused(page, '[name="source"][value="stock"]');
		assert.ok(await page.locator("#key").isHidden());
		await answerOf(page, () => page.keyboard.press("Enter"));
		assert.equal(pathOf(page), `/grants/${id}`);
		assert.match(await page.locator("main").innerText(), /From stock, batch/);
		assert.deepEqual(heard, []);
	});
}

test("typing can be chosen with the arrow keys, and the preview follows", async () => {
	const context = await contextFor(browser, portal, "agent");
	const page = await context.newPage();
	await page.goto(await waiting(context));
	await stepToFulfillable(page);
	await answerOf(page, () => page.keyboard.press("f"));
	await focused(page, '[name="source"][value="stock"]');
	assert.match(await page.locator(".mail .slip").innerText(), /next key from stock|aus dem Vorrat/);
	await page.keyboard.press("ArrowDown");
	await page.locator("#key").waitFor();
	await tabTo(page, "#key");
	const key = freshKey();
	await page.keyboard.insertText(key);
	await until("the preview follows", async () => (await page.locator(".mail .slip").innerText()) === key);
});

test("keys are imported by keyboard alone, and the page tells how far it is", async () => {
	const context = await contextFor(browser, portal, "agent");
	const page = await context.newPage();
	const heard = listen(page);
	await page.goto("/stock");
	await tabTo(page, '[href$="/import"]');
	await answerOf(page, () => page.keyboard.press("Enter"));
	await focused(page, "#keys");
	await page.keyboard.insertText(`${freshKey()}\n${freshKey().replaceAll("-", "–")}`);
	await tabTo(page, "form:has(#keys) button.primary");
	await answerOf(page, () => page.keyboard.press("Enter"));
	assert.equal(await page.locator("h1").innerText(), "2 lines checked");
	await tabTo(page, "main form button.primary");
	await answerOf(page, () => page.keyboard.press("Enter"));
	await page.locator("#adding a.primary").waitFor();
	assert.match(await page.locator("#adding h2").innerText(), /2 keys were added/);
	assert.deepEqual(heard, []);
});

test("on a narrow screen the current tab is in sight", async () => {
	const context = await contextFor(browser, portal, "agent", { viewport: { width: 390, height: 844 } });
	const page = await context.newPage();
	await page.goto("/grants?needs=decision");
	for (const place of [".nav", ".tabs"]) {
		const { x, width } = await page.locator(`${place} [aria-current]`).boundingBox();
		assert.ok(x >= 0 && x + width <= 391, `${place}: ${x} to ${x + width}`);
	}
	assert.equal(await page.evaluate(() => window.scrollY), 0, "the page itself is not moved");
});
