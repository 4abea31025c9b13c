// What people type is never dropped: half-typed dates and numbers, a session that ends, a page that is left.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { answerOf, contextFor, freeGrants, freshKey, html, launchBrowser, startPortal, until, emptyStock } from "./support.mjs";

const SEND = "form#fulfill button.primary";

let portal, browser;

before(async () => {
	[portal, browser] = await Promise.all([startPortal(), launchBrowser()]);
	const admin = await contextFor(browser, portal, "admin");
	await emptyStock(admin, portal);
	await admin.close();
});
after(async () => {
	await browser?.close();
	await portal?.stop();
});
afterEach(async () => {
	for (const context of browser.contexts()) await context.close();
});

const pathOf = (page) => new URL(page.url()).pathname;
const isPending = async (context, id) => (await html(context, `/grants/${id}`)).includes('class="chip pending"');

/** Types into a field key by key, as a hand does; what was there is replaced. */
async function typeInto(page, field, text) {
	await page.click(field);
	await page.keyboard.press("Control+a");
	await page.keyboard.press("Delete");
	await page.keyboard.type(text);
}

/** A grant that nobody has taken and whose key can expire: a subscription's lasts as long as it is paid. */
async function boughtOnce(context) {
	for (const id of await freeGrants(context)) {
		if (!(await html(context, `/grants/${id}`)).includes("sub_")) return id;
	}
	assert.fail("no grant was bought once");
}

/** The form of such a grant, for somebody who has signed in. */
async function openForm(options, role = "agent") {
	const context = await contextFor(browser, portal, role, options);
	const page = await context.newPage();
	const id = await boughtOnce(context);
	await page.goto(`/grants/${id}/fulfillment/new`);
	return { context, page, id };
}

for (const javaScriptEnabled of [true, false]) {
	const options = { javaScriptEnabled };

	describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
		test("half-typed dates and numbers are refused and kept on the fulfillment form", async () => {
			const { context, page, id } = await openForm(options);
			const key = freshKey();
			for (const [field, text] of [
				["#expires_at", "12/31"],
				["#expires_at", "2030-12-"],
				["#expires_at", "03/04/2030"],
				["#expires_time", "18:"],
				["#activations_limit", "5-"],
			]) {
				await typeInto(page, "#key", key);
				if (field === "#expires_time") await typeInto(page, "#expires_at", "2030-12-31");
				await typeInto(page, field, text);
				const answer = await answerOf(page, () => page.click(SEND));
				assert.equal(answer.status(), 422, `${field} ${text}`);
				assert.equal(await page.inputValue(field), text);
				assert.equal(await page.inputValue("#key"), key);
				assert.ok(await page.locator(`${field}-error`).isVisible());
				assert.ok(await isPending(context, id));
				await typeInto(page, field, "");
				await typeInto(page, "#expires_at", "");
			}
			await typeInto(page, "#expires_at", "12/31/2030");
			await answerOf(page, () => page.click(SEND));
			assert.equal(pathOf(page), `/grants/${id}`);
			assert.match(await page.locator(".note[role=status]").innerText(), /Valid until 31 Dec 2030, 23:59 UTC\./);
		});

		test("one Backspace in the expiry of a key is refused and kept", async () => {
			const { page, id } = await openForm(options);
			await page.fill("#key", freshKey());
			await page.fill("#expires_at", "2030-12-31");
			await answerOf(page, () => page.click(SEND));
			assert.equal(pathOf(page), `/grants/${id}`);
			await answerOf(page, () => page.click('a[href^="/license-keys/"]'));
			assert.equal(await page.inputValue("#expires_at"), "2030-12-31");
			await page.focus("#expires_at");
			await page.keyboard.press("End");
			await page.keyboard.press("Backspace");
			const answer = await answerOf(page, () => page.click("main form button.primary"));
			assert.equal(answer.status(), 422);
			assert.equal(await page.inputValue("#expires_at"), "2030-12-3");
			assert.match(await page.locator("main").innerText(), /31 Dec 2030, 23:59 UTC/);
		});

		test("a half-typed expiry of an API key makes no token", async () => {
			const { page } = await openForm(options, "admin");
			await page.goto("/api-keys");
			await page.fill("#name", "Shop");
			await typeInto(page, "#expires_at", "12/31");
			const answer = await answerOf(page, () => page.click("#new button.primary"));
			assert.equal(answer.status(), 422);
			assert.equal(await page.inputValue("#expires_at"), "12/31");
			assert.equal(await page.locator("#token-t").count(), 0);
		});

		test("after the session has ended, the form is there again, filled in and not sent", async () => {
			const { context, page, id } = await openForm(options);
			const key = freshKey();
			await page.fill("#key", key);
			await page.fill("#customer_note", "Thank you for waiting.");
			await page.fill("#expires_at", "2030-12");
			const cookies = (await context.cookies()).filter(({ name }) => name !== "keydesk_session");
			await context.clearCookies();
			await context.addCookies(cookies);
			const asked = await answerOf(page, () => page.click(SEND));
			assert.equal(asked.status(), 401);
			assert.match(await page.locator(".note.warn").innerText(), /What you entered is not lost/);
			assert.ok(!(await page.content()).includes(key));
			await page.fill("#email", portal.people.agent.email);
			await page.fill("#password", portal.people.agent.password);
			await answerOf(page, () => page.click("form button.primary"));
			assert.equal(pathOf(page), "/unsent-form");
			assert.equal(await page.inputValue("#key"), key);
			assert.equal(await page.inputValue("#customer_note"), "Thank you for waiting.");
			assert.equal(await page.inputValue("#expires_at"), "2030-12");
			assert.ok(await isPending(context, id));
			await page.fill("#expires_at", "2030-12-31");
			await answerOf(page, () => page.click(SEND));
			assert.equal(pathOf(page), `/grants/${id}`);
		});

		test("holding longer keeps what was typed, and Enter in a field still sends", async () => {
			const { context, page, id } = await openForm(options);
			const key = freshKey();
			const hold = `button[formaction="/grants/${id}/claim"]`;
			await answerOf(page, () => page.click(hold));
			await page.fill("#key", key);
			await page.fill("#expires_at", "2030-12");
			await answerOf(page, () => page.click(hold));
			assert.equal(await page.inputValue("#key"), key);
			assert.equal(await page.inputValue("#expires_at"), "2030-12");
			assert.match(await page.locator("main .note.ok").innerText(), /Taken by you until/);
			await page.fill("#expires_at", "2030-12-31");
			await answerOf(page, () => page.press("#expires_at", "Enter"));
			assert.equal(pathOf(page), `/grants/${id}`);
			assert.ok(!(await isPending(context, id)));
		});
	});
}

describe("what only JavaScript can do", () => {
	test("the preview follows all fields", async () => {
		const { page } = await openForm({});
		const mail = () => page.locator(".mail").innerText();
		await typeInto(page, "#key", "KEY-THAT-I-TYPE");
		await typeInto(page, "#activations_limit", "9");
		await typeInto(page, "#expires_at", "31.12.2030");
		await until("limit and date", async () => /9 .*31\.? (December|Dezember) 2030/.test((await mail()).replaceAll("\n", " ")));
		assert.match(await mail(), /KEY-THAT-I-TYPE/);
	});

	test("leaving with a key that was typed asks first, and sending does not", async () => {
		const { page, id } = await openForm({});
		const asked = [];
		page.on("dialog", async (dialog) => {
			asked.push(dialog.type());
			await dialog.accept();
		});
		await page.reload();
		assert.deepEqual(asked, [], "nothing is typed");
		await typeInto(page, "#key", freshKey());
		await page.reload();
		assert.deepEqual(asked, ["beforeunload"]);
		await typeInto(page, "#key", freshKey());
		await answerOf(page, () => page.click(SEND));
		assert.equal(pathOf(page), `/grants/${id}`);
		assert.deepEqual(asked, ["beforeunload"]);
	});

	test("links beside the form open beside it", async () => {
		const { context, page } = await openForm({});
		await typeInto(page, "#key", "KEY-THAT-I-TYPE");
		const [beside] = await Promise.all([context.waitForEvent("page"), page.click('.side a[href^="/audit"]')]);
		await beside.waitForLoadState();
		assert.equal(pathOf(beside), "/audit");
		assert.equal(await page.inputValue("#key"), "KEY-THAT-I-TYPE");
	});
});
