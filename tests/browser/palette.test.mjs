// The palette and the search, by keyboard alone.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { answerOf, contextFor, launchBrowser, listen, startPortal, until } from "./support.mjs";

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

async function pageOf(role, path, options) {
	const context = await contextFor(browser, portal, role, options);
	const page = await context.newPage(), heard = listen(page);
	await page.goto(path);
	return { page, heard };
}

const isOpen = (page) => page.locator("#palette").evaluate((dialog) => dialog.open);
const places = (page) => page.locator("#palette li:not([hidden])").allInnerTexts();
const where = (page) => new URL(page.url()).pathname;

describe("the palette", () => {
	test("opens with Ctrl+K on every page, also while typing, and goes to a page by its name", async () => {
		const { page, heard } = await pageOf("admin", "/");
		for (const path of ["/", "/audit", "/customers"]) {
			await page.goto(path);
			if (path === "/customers") await page.focus("#q");
			await page.keyboard.press("Control+k");
			assert.ok(await isOpen(page), path);
			assert.ok((await places(page)).length > 8, "everything there is to go to");
			assert.equal(await page.locator("#palette [role=status]").innerText(), "Enter: search everything");
			await page.keyboard.press("Escape");
			assert.ok(!(await isOpen(page)));
		}
		await page.keyboard.press("Control+k");
		await page.keyboard.type("ENTÍTL");
		assert.deepEqual((await places(page)).map((text) => text.trim()), ["Entitlements"]);
		assert.equal(await page.locator("#palette [role=status]").innerText(), "Enter: Entitlements");
		await page.keyboard.press("Enter");
		await until("the page", () => where(page) === "/entitlements");
		assert.deepEqual(heard, []);
	});

	test("arrow keys move through the places, and Enter opens the one in focus", async () => {
		const { page } = await pageOf("agent", "/grants?status=pending");
		await page.keyboard.press("Control+k");
		await page.keyboard.press("ArrowDown");
		assert.equal(await page.evaluate(() => document.activeElement.textContent), "Take next");
		await page.keyboard.press("ArrowDown");
		await page.keyboard.press("Enter");
		await until("the form", () => where(page) === "/grants/new");
		await page.waitForLoadState();
		await page.keyboard.press("Control+k");
		await page.keyboard.press("ArrowUp");
		assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "/account");
		await page.keyboard.press("ArrowDown");
		assert.equal(await page.evaluate(() => document.activeElement.name), "q");
		await page.keyboard.type("take");
		await page.keyboard.press("Enter");
		await until("a grant is taken", () => /^\/grants\/entg_\w+\/fulfillment\/new$/.test(where(page)));
	});

	test("searches for what is no place", async () => {
		const { page } = await pageOf("viewer", "/");
		await page.keyboard.press("Control+k");
		assert.ok(!(await places(page)).join().includes("Take next"), "a viewer takes nothing");
		await page.keyboard.type("nobody is called this");
		assert.equal(await page.locator("#palette [role=status]").innerText(), "Enter: search everything");
		await answerOf(page, () => page.keyboard.press("Enter"));
		await until("the results", () => where(page) === "/search");
	});

	test("is a shortcut with a modifier: it stays for those who turned the single keys off", async () => {
		const { page } = await pageOf("agent", "/grants");
		await page.keyboard.press("?");
		assert.ok((await page.locator("#shortcut-list").innerText()).includes("Search or go to a page"));
		await page.keyboard.press("Control+k");
		assert.ok(!(await isOpen(page)), "not over another dialog");
		await page.keyboard.press("Escape");
		await page.evaluate(() => { document.documentElement.dataset.shortcuts = "off"; });
		await page.keyboard.press("/");
		assert.ok(!(await page.evaluate(() => document.activeElement.matches("[data-search]"))));
		await page.keyboard.press("Control+k");
		assert.ok(await isOpen(page));
	});
});

describe("the search", () => {
	test("/ leads to it from every page", async () => {
		const { page } = await pageOf("agent", "/");
		for (const path of ["/", "/grants", "/customers", "/stock", "/license-keys", "/account"]) {
			await page.goto(path);
			await page.keyboard.press("/");
			assert.ok(await page.evaluate(() => document.activeElement.matches("header [data-search]")), path);
		}
	});
});
