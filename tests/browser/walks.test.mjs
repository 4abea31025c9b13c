// The walks of a day at the desk: what people do most, with the clicks, keys and pages it takes them, beside
// the same walks before there was a desk around the form. Prints the table; no walk may take more than it says.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { answerOf, contextFor, emptyStock, focused, freshKey, freeGrants, fulfill, html, launchBrowser, openContext, sendNow, startPortal } from "./support.mjs";

let portal, browser;
const table = [];

before(async () => {
	[portal, browser] = await Promise.all([startPortal({ grants: 600 }), launchBrowser()]);
	const admin = await contextFor(browser, portal, "admin");
	await emptyStock(admin, portal);
	await admin.close();
});
afterEach(async () => {
	for (const context of browser.contexts()) await context.close();
});
after(async () => {
	await browser?.close();
	await portal?.stop();
	console.log("walk | clicks | keys | pages | machine | before (clicks / keys / pages, machine)");
	for (const row of table) console.log(row.join(" | "));
});

/** Somebody at a page, whose clicks, keys and pages are counted. A paste is one key. */
class Person {
	constructor(page) {
		this.page = page;
		this.clicks = 0;
		this.keys = 0;
		this.pages = 0;
		this.begun = performance.now();
	}

	async #leads(act, leads) {
		if (!leads) return act();
		this.pages += 1;
		return answerOf(this.page, act);
	}

	click(selector, { leads = true } = {}) {
		this.clicks += 1;
		return this.#leads(() => this.page.locator(selector).first().click(), leads);
	}

	press(key, { leads = false } = {}) {
		this.keys += 1;
		return this.#leads(() => this.page.keyboard.press(key), leads);
	}

	async paste(text) {
		this.keys += 1;
		await this.page.keyboard.insertText(text);
	}

	/** Pastes a key or a link into its field, once the page has put the focus there. */
	async pasteKey() {
		await focused(this.page, "#key, #url");
		const hint = this.page.locator("#url-hint");
		const example = (await hint.count()) ? (await hint.innerText()).match(/https:\S*[\w/]/)[0] : null;
		await this.paste(example ? `${example}${freshKey().replaceAll("-", "")}` : freshKey());
	}

	async type(text) {
		this.keys += text.length;
		await this.page.keyboard.type(text);
	}

	/** Writes the walk's line, and holds it to what it may take. */
	ends(name, most, once) {
		const { clicks, keys, pages } = this;
		table.push([name, clicks, keys, pages, `${((performance.now() - this.begun) / 1000).toFixed(1)} s`, once]);
		for (const [what, count] of Object.entries({ clicks, keys, pages })) {
			assert.ok(count <= most[what], `${name}: ${count} ${what}, at most ${most[what]}`);
		}
	}
}

async function at(role, path, options) {
	const context = await contextFor(browser, portal, role, options);
	const page = await context.newPage();
	await page.goto(path);
	return { context, page, person: new Person(page) };
}

const where = (page) => new URL(page.url()).pathname;
const text = (page) => page.locator("main").innerText();

test("signing in", async () => {
	const context = await openContext(browser, portal);
	const page = await context.newPage();
	await page.goto("/login");
	const person = new Person(page);
	await person.type(portal.people.agent.email);
	await person.press("Tab");
	await person.paste(portal.people.agent.password);
	await person.press("Enter", { leads: true });
	assert.equal(where(page), "/");
	person.ends("sign in", { clicks: 0, keys: 45, pages: 1 }, "1 / 39 / 2, 1.6 s");
});

test("five grants with Take next and Fulfill & next", async () => {
	const { page, person } = await at("agent", "/");
	await person.click("[data-next]");
	for (let number = 1; number <= 5; number += 1) {
		await person.pasteKey();
		await person.click(number < 5 ? 'form#fulfill button[value="next"]' : 'form#fulfill button:not([value="next"])');
	}
	assert.match(where(page), /^\/grants\/\w+$/);
	person.ends("5 grants, Take next and Fulfill & next", { clicks: 6, keys: 5, pages: 6 }, "7 / 5 / 7, 3.1 s");
});

test("five grants, row by row", async () => {
	const { page, person } = await at("agent", "/grants?status=pending");
	for (let number = 1; number <= 5; number += 1) {
		await person.click("main [data-fulfill]");
		await person.pasteKey();
		await person.click('form#fulfill button:not([value="next"])');
		if (number < 5) await person.click('header nav a[href^="/grants"]');
	}
	assert.match(await text(page), /Delivered/);
	person.ends("5 grants, row by row", { clicks: 14, keys: 5, pages: 14 }, "15 / 5 / 15, 3.9 s");
});

test("ten grants by keyboard", async () => {
	const { page, person } = await at("agent", "/grants?status=pending");
	await person.press("n", { leads: true });
	for (let number = 1; number <= 10; number += 1) {
		await person.pasteKey();
		await person.press("Control+Enter", { leads: true });
	}
	assert.match(where(page), /fulfillment\/new$/, "the next one");
	person.ends("10 grants by keyboard", { clicks: 0, keys: 21, pages: 11 }, "0 / 41 / 21 for 20, 3.4 s");
});

test("a customer who has lost their key, from any page", async () => {
	const { context, page, person } = await at("agent", "/audit");
	const list = await html(context, "/grants?status=delivered");
	const address = list.match(/[\w.+-]+@[\w.-]+\.example/)[0];
	person.begun = performance.now();
	await person.press("/");
	await person.paste(address);
	await person.press("Enter", { leads: true });
	// One hit opens; somebody with several grants is the first of the hits.
	if (where(page) === "/search") await person.click('main a[href^="/customers/"]');
	await person.click('main [commandfor="send"]', { leads: false });
	await person.click("dialog#send button.primary");
	assert.match(await text(page), /on (its|their) way|sent/i);
	person.ends("“I lost my key”, from the audit log", { clicks: 3, keys: 3, pages: 3 }, "6 / 6 / 5, 1.4 s");
});

test("what I sent today, in one step", async () => {
	const { page, person } = await at("agent", "/");
	await person.click('main a[href*="by=me"]');
	assert.match(page.url(), /status=delivered&by=me&from=/);
	person.ends("what I sent today", { clicks: 1, keys: 0, pages: 1 }, "not possible");
});

test("a skip is undone in one step", async () => {
	const { page, person } = await at("agent", "/");
	await person.click("[data-next]");
	const id = where(page).split("/")[2];
	person.clicks = person.pages = 0;
	await person.click('form[action$="/skip"] button');
	await person.click(`main .note form[action*="${id}"] button`);
	person.ends("skip, and undo it", { clicks: 2, keys: 0, pages: 2 }, "not possible");
});

test("an address that failed is corrected from the overview", async () => {
	const { context, page, person } = await at("agent", "/");
	const failed = (await html(context, "/grants?status=failed")).match(/href="\/grants\/(entg_\w+)#?[^"]*"[^>]*>\s*(?:<[^>]*>\s*)*Correct/);
	assert.ok(failed, "the list of failed grants offers to correct the address");
	await person.click('main a[href="/grants?status=failed"]');
	await person.click(`main a[href*="${failed[1]}"]:has-text("Correct")`);
	await person.click("#email", { leads: false });
	await person.press("Control+a");
	await person.paste("right.again@example.com");
	await person.press("Enter", { leads: true });
	if (await page.locator('main form [name="confirm"]').count()) await person.click('main form button.primary');
	person.ends("correct a failed address, from the overview", { clicks: 4, keys: 3, pages: 4 }, "4 / 18 / 3, 0.8 s");
});

test("an e-mail is sent again", async () => {
	const { context, page, person } = await at("agent", "/");
	const id = await fulfilledGrant(context);
	await page.goto("/");
	person.begun = performance.now();
	await person.click('main a[href*="by=me"]');
	await person.click(`main a[href="/grants/${id}"]`);
	await person.click('form[action$="/emails"] button');
	assert.equal(where(page), `/grants/${id}`);
	person.ends("resend", { clicks: 3, keys: 0, pages: 3 }, "4 / 0 / 4, 0.6 s");
});

test("a key is revoked with a reason", async () => {
	const { context, page, person } = await at("admin", "/");
	const id = await fulfilledGrant(context);
	await page.goto(`/grants/${id}`);
	person.begun = performance.now();
	await person.click('[popovertarget="actions"]', { leads: false });
	await person.click('[commandfor="revoke"]', { leads: false });
	await person.type("Refunded.");
	await person.click("#revoke button.danger");
	assert.equal(await page.locator(".head .chip.revoked").count(), 1);
	person.ends("revoke with a reason", { clicks: 3, keys: 9, pages: 1 }, "3 / text / 2, 0.5 s");
});

test("one grant on a phone, in German", async () => {
	const { page, person } = await at("agent", "/", { locale: "de-DE", viewport: { width: 390, height: 844 }, hasTouch: true });
	await person.click("[data-next]");
	await person.click("#key, #url", { leads: false });
	await person.pasteKey();
	await person.click('form#fulfill button:not([value="next"])');
	assert.match(where(page), /^\/grants\/\w+$/);
	person.ends("German phone, one grant", { clicks: 3, keys: 1, pages: 2 }, "4 taps and a paste");
});

/** A grant that this person has just fulfilled. */
async function fulfilledGrant(context) {
	const [id] = await freeGrants(context);
	await fulfill(context, portal, id);
	await sendNow(context, portal, id);
	return id;
}
