// Pages that stay open: what has happened meanwhile is said, and nothing moves. The poll is brought about by the page
// becoming visible, as it is for people who come back to a tab.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { answerOf, contextFor, freeGrants, fulfill, get, html, launchBrowser, listen, sendNow, startPortal, until } from "./support.mjs";

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

async function pageOf(role, options) {
	const context = await contextFor(browser, portal, role, options);
	const page = await context.newPage();
	return { context, page, heard: listen(page) };
}

const look = (page) => page.evaluate(() => { document.dispatchEvent(new Event("visibilitychange")); });
const said = (page) => page.locator("#pulse").innerText();

/** Sends a form beside the window, as its person. */
async function send(context, path, form = {}) {
	const token = (await html(context, "/account")).match(/name="csrf_token" value="([^"]*)"/)[1];
	const options = { form: { csrf_token: token, ...form }, headers: { origin: portal.url }, maxRedirects: 0, maxRetries: 2 };
	const answer = await context.request.post(path, options);
	assert.equal(answer.status(), 303, path);
}

/** A new grant, made beside the window. */
async function newGrant(context) {
	const form = await html(context, "/grants/new");
	const entitlement = form.match(/value="(ent_\w+)"[^>]*>\s*Nordwind Studio Pro[^<]*</)[1];
	await send(context, "/grants", { entitlement_id: entitlement, customer_email: `new${Date.now()}@example.com` });
}

describe("a list that stays open", () => {
	test("says that there are new grants, and moves nothing", async () => {
		const { context, page, heard } = await pageOf("agent");
		await page.goto("/grants?status=pending");
		const rows = await page.locator("[data-row]").count();
		const count = Number(await page.locator(".nav [data-pending]").evaluate((e) => e.firstChild.data));
		const place = await page.locator("tbody tr").first().boundingBox();
		const [number, title] = (await page.title()).split(/(?<=^\(\d+\)) /);
		assert.equal(number, `(${count})`, "the title has the number from the start");
		await look(page);
		assert.equal(await said(page), "");
		await newGrant(context);
		await look(page);
		await until("it is said", async () => /^1 new grant\s+Show$/.test(await said(page)));
		assert.equal(await page.title(), `(${count + 1}) ${title}`);
		assert.equal(await page.locator(".nav [data-pending]").evaluate((e) => e.firstChild.data), String(count + 1));
		assert.equal(await page.locator("[data-row]").count(), rows);
		assert.deepEqual(await page.locator("tbody tr").first().boundingBox(), place);
		await answerOf(page, () => page.click("#pulse a"));
		assert.equal(await said(page), "");
		assert.deepEqual(heard, []);
	});

	test("lets waiting times go on", async () => {
		const { page } = await pageOf("viewer");
		await page.addInitScript(() => {
			const now = performance.now.bind(performance);
			globalThis.ahead = 0;
			performance.now = () => now() + globalThis.ahead;
		});
		await page.goto("/grants?status=pending");
		const waits = () => page.locator("[data-waited]").evaluateAll((all) => all.map((e) => [Number(e.dataset.waited), e.textContent]));
		const before = await waits();
		await page.evaluate(() => { globalThis.ahead = 3 * 3_600_000; });
		await look(page);
		await until("they have gone on", async () => (await waits())[0][1] !== before[0][1]);
		await page.evaluate((first) => { document.querySelector("[data-waited]").dataset.was = first; }, before[0][1]);
		for (const [seconds, text] of await waits()) {
			const minutes = Math.floor((seconds + 3 * 3600) / 60);
			const hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
			assert.match(text, days ? new RegExp(`^${days} d`) : new RegExp(`^${hours} h`), `${seconds} s`);
		}
	});

	test("says nothing where nobody is signed in any more, but that", async () => {
		const { context, page } = await pageOf("agent");
		await page.goto("/grants?status=pending");
		await context.clearCookies();
		await look(page);
		await until("it is said", async () => /^You were signed out\.\s+Sign in again$/.test(await said(page)));
		let asked = 0;
		page.on("request", () => { asked += 1; });
		await look(page);
		assert.equal(await page.locator("#pulse a").getAttribute("href"), "/login?next=%2Fgrants%3Fstatus%3Dpending");
		assert.equal(asked, 0, "it has stopped asking");
	});
});

describe("an open grant", () => {
	test("a hold that somebody takes over is announced", async () => {
		const { page } = await pageOf("agent");
		await page.goto("/grants?status=pending");
		await answerOf(page, () => page.click("[data-next]"));
		const id = new URL(page.url()).pathname.split("/")[2];
		await look(page);
		const admin = await contextFor(browser, portal, "admin");
		await send(admin, `/grants/${id}/claim`);
		await look(page);
		await until("it is said", async () => /^Alex Morgan took this over at \d\d:\d\d\.$/.test(await said(page)));
		assert.match(await page.locator("[data-held]").innerText(), /^Alex Morgan took this over at \d\d:\d\d\.$/, "where it said something else before");
		await send(admin, `/grants/${id}/release`);
		await look(page);
		await until("it is said", async () => /has ended/.test(await said(page)));
	});

	test("a hold that ends soon can be extended where it is announced", async () => {
		const { page } = await pageOf("agent");
		await page.goto("/grants?status=pending");
		await answerOf(page, () => page.click("[data-next]"));
		await page.route("**/grants/pulse?*", async (route) => {
			const answer = await route.fetch();
			const pulse = await answer.json();
			await route.fulfill({ response: answer, json: { ...pulse, hold: { ...pulse.hold, says: "Your hold on this grant ends at 10:15." } } });
		});
		await look(page);
		await until("it is said", async () => /^Your hold on this grant ends at 10:15\.\s+Extend by 15 min$/.test(await said(page)));
		await answerOf(page, () => page.click("#pulse button"));
		assert.match(await page.locator(".note[role=status]").first().innerText(), /Taken by you until/);
	});

	test("the state of the e-mail goes on in its place", async () => {
		const { context, page } = await pageOf("agent");
		const [id] = (await freeGrants(context)).slice(-1);
		await fulfill(context, portal, id);
		await sendNow(context, portal, id);
		await until("it has left", async () => /data-email="kept"/.test(await html(context, `/grants/${id}`)));
		// The page as it was a moment before.
		await page.route(`**/grants/${id}`, async (route) => {
			const answer = await route.fetch();
			await route.fulfill({ response: answer, body: (await answer.text()).replace('data-email="kept"', 'data-email="queued"') });
		}, { times: 1 });
		await page.goto(`/grants/${id}`);
		assert.equal(await page.locator("#email-card").getAttribute("data-email"), "queued");
		await look(page);
		await until("the card is renewed", async () => (await page.locator("#email-card").getAttribute("data-email")) === "kept");
	});
});

test("without script the page says nothing of all that, and it has its texts", async () => {
	const { context, page } = await pageOf("agent", { javaScriptEnabled: false });
	await page.goto("/grants?status=pending");
	assert.equal(await said(page), "");
	assert.equal((await get(context, "/grants/pulse")).status(), 200);
});
