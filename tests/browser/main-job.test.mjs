// The main job and what belongs to it, done the way people do it: by keyboard alone, with JavaScript
// and without, with wrong input first, with a nervous finger, and against a colleague who was quicker.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import {
	answerOf, audited, contextFor, freeGrants, focused, freshKey, fulfill, grantIds, html, launchBrowser, listen,
	openContext, sendNow, startPortal, tabTo, until, emptyStock,
} from "./support.mjs";

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

/** A page of somebody who has signed in, and what is heard on it. */
async function pageOf(role, options) {
	const context = await contextFor(browser, portal, role, options);
	const page = await context.newPage();
	return { context, page, heard: listen(page) };
}

const SEARCH = "header [data-search]";
const press = (page, key) => page.keyboard.press(key);
const type = (page, text) => page.keyboard.insertText(text);
const pathOf = (page) => new URL(page.url()).pathname;
const idOf = (page) => pathOf(page).split("/")[2];
const textOf = (page, selector) => page.locator(selector).first().innerText();

async function assertDelivered(page, id) {
	assert.equal(pathOf(page), `/grants/${id}`);
	assert.equal(await page.locator(".head .chip.delivered").count(), 1);
	// The demo has no mail server.
	assert.match(await textOf(page, ".note[role=status]"), /Delivered, but the e-mail to \S+@\S+ was not sent/);
}

/** Signs in by Tab and Enter on the sign-in page, where the focus is in the address already. */
async function signInByKeys(page, person) {
	await focused(page, "#email");
	await type(page, person.email);
	await tabTo(page, "#password");
	await type(page, person.password);
	await answerOf(page, () => press(page, "Enter"));
}

describe("by keyboard alone, with JavaScript", () => {
	test("the queue is worked off with j, k, f, n, Enter and Ctrl+Enter", async () => {
		const context = await openContext(browser, portal);
		const page = await context.newPage();
		const heard = listen(page);

		await page.goto("/grants?status=pending");
		assert.equal(pathOf(page), "/login");
		await signInByKeys(page, portal.people.agent);
		assert.equal(page.url(), `${portal.url}/grants?status=pending`);

		await press(page, "?");
		assert.ok(await page.locator("#shortcut-list").isVisible());
		await press(page, "Escape");
		assert.ok(await page.locator("#shortcut-list").isHidden());

		await press(page, "/");
		await focused(page, SEARCH);
		await press(page, "n");
		await press(page, "?");
		assert.equal(await page.inputValue(SEARCH), "n?", "single keys are text while typing");
		assert.ok(await page.locator("#shortcut-list").isHidden());
		await page.fill(SEARCH, "");
		await tabTo(page, "#search-list button");

		const row = () => page.evaluate(() => document.activeElement.getAttribute("href"));
		await press(page, "j");
		const first = await row();
		await press(page, "j");
		const second = await row();
		await press(page, "k");
		assert.equal(await row(), first);
		assert.notEqual(first, second);
		await answerOf(page, () => press(page, "Enter"));
		assert.equal(pathOf(page), first);
		await answerOf(page, () => press(page, "f"));
		assert.equal(pathOf(page), `${first}/fulfillment/new`);

		await page.goto("/grants?status=pending");
		const free = await freeGrants(context);
		const place = await page.locator("[data-row]").evaluateAll((rows, id) => rows.findIndex((a) => a.href.endsWith(id)), free[1]);
		for (let steps = 0; steps <= place; steps += 1) await press(page, "j");
		await answerOf(page, () => press(page, "f"));
		assert.equal(pathOf(page), `/grants/${free[1]}/fulfillment/new`);

		await page.goto("/grants?status=pending");
		await answerOf(page, () => press(page, "n"));
		assert.equal(pathOf(page), `/grants/${free[0]}/fulfillment/new`, "the one that waits longest");
		assert.match(await textOf(page, "main .note:not(.bad, .warn)"), /Taken by you until/);
		await focused(page, "#key");
		await tabTo(page, "button", { key: "Shift+Tab" });
		await press(page, "f");
		await focused(page, "#key");

		const key = freshKey();
		await type(page, key);
		await until("the preview follows", async () => (await textOf(page, ".mail code")) === key);
		await answerOf(page, () => press(page, "Control+Enter"));
		await assertDeliveredAndOn(page, context, free[0]);

		const next = idOf(page);
		await type(page, freshKey());
		await tabTo(page, SEND);
		await answerOf(page, () => press(page, "Enter"));
		await assertDelivered(page, next);
		await answerOf(page, () => press(page, "n"));
		assert.match(pathOf(page), /\/fulfillment\/new$/);
		assert.deepEqual(heard, []);
	});

	async function assertDeliveredAndOn(page, context, id) {
		assert.match(pathOf(page), /^\/grants\/\w+\/fulfillment\/new$/);
		assert.notEqual(idOf(page), id);
		assert.match(await textOf(page, "main .note[role=status]"), /Delivered, .*This is the next grant\./);
		await focused(page, "#key");
		assert.match(await html(context, `/grants/${id}`), /class="chip delivered"/);
	}

	test("two presses of Tab lead from the key past both buttons", async () => {
		const { page } = await pageOf("agent");
		await page.goto("/grants?status=pending");
		await answerOf(page, () => press(page, "n"));
		await focused(page, "#key");
		await press(page, "Tab");
		await focused(page, "#fulfill button.primary");
		await press(page, "Tab");
		await focused(page, "#fulfill .row button:not(.primary)");
	});

	test("wrong input comes back whole, with links to the fields", async () => {
		const { page, heard } = await pageOf("agent");
		await page.goto("/grants?status=pending");
		await answerOf(page, () => press(page, "n"));
		const id = idOf(page);
		await focused(page, "#key");
		await tabTo(page, "#activations_limit");
		await type(page, "0");
		await tabTo(page, "#customer_note");
		await type(page, "Thank you for waiting.");
		const answer = await answerOf(page, () => press(page, "Control+Enter"));

		assert.equal(answer.status(), 422);
		assert.match(await page.title(), /^Error:/);
		await focused(page, "#errors");
		assert.equal(await page.inputValue("#activations_limit"), "0");
		assert.equal(await page.inputValue("#customer_note"), "Thank you for waiting.");
		for (const field of ["key", "activations_limit"]) {
			assert.equal(await page.getAttribute(`#${field}`, "aria-invalid"), "true");
			assert.ok((await page.getAttribute(`#${field}`, "aria-describedby")).includes(`${field}-error`));
			assert.ok(await page.locator(`#${field}-error`).isVisible());
		}

		await tabTo(page, '#errors a[href="#activations_limit"]');
		await press(page, "Enter");
		await focused(page, "#activations_limit");
		await press(page, "Control+a");
		await type(page, "7");
		await tabTo(page, "#key", { key: "Shift+Tab" });
		await type(page, freshKey());
		await tabTo(page, SEND);
		await answerOf(page, () => press(page, "Enter"));
		await assertDelivered(page, id);
		assert.match(await textOf(page, "main"), /of 7/);
		assert.match(await textOf(page, "main"), /Thank you for waiting\./);
		assert.deepEqual(heard, []);
	});

	test("single keys can be turned off", async () => {
		const { page } = await pageOf("agent");
		await page.goto("/grants?status=pending");
		await press(page, "?");
		await tabTo(page, '#shortcut-list button[name="shortcuts"]');
		await answerOf(page, () => press(page, "Enter"));
		assert.equal(page.url(), `${portal.url}/grants?status=pending`);
		await press(page, "j");
		await focused(page, "body");
		await press(page, "?");
		assert.ok(await page.locator("#shortcut-list").isHidden());
		await tabTo(page, "[commandfor=shortcut-list]");
		await press(page, "Enter");
		await tabTo(page, '#shortcut-list button[name="shortcuts"]');
		await answerOf(page, () => press(page, "Enter"));
		await press(page, "j");
		await focused(page, "[data-row]");
	});

	test("a grant is revoked with a reason, and restored", async () => {
		const { context, page, heard } = await pageOf("admin");
		const [id] = await grantIds(context, "status=delivered&integration_type=license_key");
		await page.goto(`/grants/${id}`);
		await tabTo(page, "[popovertarget=actions]");
		await press(page, "Enter");
		await tabTo(page, "[commandfor=revoke]");
		await press(page, "Enter");
		assert.ok(await page.locator("#revoke").isVisible());
		await press(page, "Escape");
		assert.ok(await page.locator("#revoke").isHidden());

		await openDialog(page, "revoke");
		await type(page, "Charged back by the bank");
		await answerOf(page, () => press(page, "Control+Enter"));
		assert.equal(await page.locator(".head .chip.revoked").count(), 1);
		assert.match(await textOf(page, "main"), /Charged back by the bank/);
		assert.equal(await audited(context, id, "grant.revoke"), 1);

		await openDialog(page, "restore");
		await type(page, "The bank was wrong");
		await tabTo(page, "#restore button.primary");
		await answerOf(page, () => press(page, "Enter"));
		assert.equal(await page.locator(".head .chip.delivered").count(), 1);
		assert.equal(await audited(context, id, "grant.restore"), 1);
		assert.deepEqual(heard, []);
	});

	async function openDialog(page, name) {
		await tabTo(page, "[popovertarget=actions]");
		await press(page, "Enter");
		await tabTo(page, `[commandfor=${name}]`);
		await press(page, "Enter");
		await focused(page, "#reason");
	}

	test("language and theme are chosen in the account menu, and stay", async () => {
		const { page, heard } = await pageOf("viewer");
		await page.goto("/grants?status=pending");
		const choose = async (button) => {
			await tabTo(page, "[popovertarget=me]");
			await press(page, "Enter");
			await tabTo(page, `#me ${button}`);
			await answerOf(page, () => press(page, "Enter"));
			assert.equal(page.url(), `${portal.url}/grants?status=pending`, "back to where one was");
		};
		await choose('[name=language][value="de"]');
		assert.equal(await page.getAttribute("html", "lang"), "de");
		assert.equal(await textOf(page, "h1"), "Zuteilungen");
		await choose('[name=theme][value="dark"]');
		assert.equal(await page.getAttribute("html", "data-theme"), "dark");
		const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
		assert.equal(await ground(), "rgb(16, 18, 20)");
		await page.goto("/");
		assert.equal(await page.getAttribute("html", "lang"), "de");
		assert.equal(await page.getAttribute("html", "data-theme"), "dark");
		await page.goto("/grants?status=pending");
		await choose('[name=language][value="en"]');
		await choose('[name=theme][value="light"]');
		assert.equal(await ground(), "rgb(245, 245, 241)");
		assert.deepEqual(heard, []);
	});

	test("after signing out, Back shows nothing", async () => {
		const { page } = await pageOf("agent");
		await page.goto("/grants?status=delivered");
		await answerOf(page, () => page.click("tbody [data-row] >> nth=0"));
		const email = await page.locator(".side .id").first().innerText();
		assert.match(email, /@/);
		await tabTo(page, "[popovertarget=me]", { key: "Shift+Tab" });
		await press(page, "Enter");
		await tabTo(page, 'form[action="/logout"] button');
		await answerOf(page, () => press(page, "Enter"));
		await page.goBack();
		assert.equal(pathOf(page), "/login");
		assert.ok(!(await page.content()).includes(email));
	});
});

describe("by keyboard alone, without JavaScript", () => {
	const options = { javaScriptEnabled: false };

	test("sign in, take the next, get it wrong, look at the e-mail, deliver, reveal", async () => {
		const context = await openContext(browser, portal, options);
		const page = await context.newPage();
		await page.goto("/grants?status=pending");
		await signInByKeys(page, portal.people.agent);
		assert.equal(page.url(), `${portal.url}/grants?status=pending`);

		await tabTo(page, "[data-next]");
		await answerOf(page, () => press(page, "Enter"));
		const id = idOf(page);
		assert.equal(pathOf(page), `/grants/${id}/fulfillment/new`);
		await focused(page, "#key");
		await tabTo(page, "#activations_limit");
		await type(page, "0");
		await tabTo(page, "#customer_note");
		await type(page, "Thank you for waiting.");
		await tabTo(page, SEND);
		const refused = await answerOf(page, () => press(page, "Enter"));
		assert.equal(refused.status(), 422);
		assert.equal(await page.inputValue("#customer_note"), "Thank you for waiting.");

		await tabTo(page, '#errors a[href="#key"]');
		await press(page, "Enter");
		await focused(page, "#key");
		const key = freshKey();
		await type(page, key);
		await tabTo(page, "#activations_limit");
		await press(page, "Control+a");
		await type(page, "7");

		await tabTo(page, 'button[formaction$="/preview"]');
		const preview = await answerOf(page, () => press(page, "Enter"));
		assert.equal(preview.status(), 200);
		assert.equal(await textOf(page, ".mail code"), key);
		assert.match(await textOf(page, ".mail"), /Valid for 7 activations|Gültig für 7 Aktivierungen/);
		assert.equal(await textOf(page, ".mail blockquote"), "Thank you for waiting.");
		assert.equal(await page.inputValue("#key"), key);
		assert.equal(await page.inputValue("#activations_limit"), "7");

		await tabTo(page, SEND);
		await answerOf(page, () => press(page, "Enter"));
		await assertDelivered(page, id);
		assert.ok(!(await page.content()).includes(key), "the key is masked");
		assert.equal(await page.locator("button:visible", { hasText: "Copy" }).count(), 0, "no dead buttons");

		await tabTo(page, 'form[action$="/reveal"] button');
		const revealed = await answerOf(page, () => press(page, "Enter"));
		assert.equal(revealed.status(), 200);
		assert.equal(await textOf(page, ".slip code"), key);
		assert.equal(await audited(context, id, "grant.reveal"), 1);
		await page.goto(`/grants/${id}`);
		assert.ok(!(await page.content()).includes(key), "masked again");
	});

	test("deliver and go on, and take over, extend and release a hold", async () => {
		const { context, page } = await pageOf("agent", options);
		const admin = await contextFor(browser, portal, "admin");
		const [id] = await freeGrants(context);
		await page.goto(`/grants/${id}/fulfillment/new`);
		const claim = `form[action="/grants/${id}/claim"] button, button[formaction="/grants/${id}/claim"]`;
		await tabTo(page, claim);
		await answerOf(page, () => press(page, "Enter"));
		assert.match(await textOf(page, "main .note:not(.bad, .warn)"), /Taken by you until/);

		const other = await admin.newPage();
		await other.goto(`/grants/${id}/fulfillment/new`);
		assert.match((await other.locator("main .note.warn").allInnerTexts()).join("\n"), /Jana Brandt/);
		await tabTo(other, claim);
		await answerOf(other, () => press(other, "Enter"));
		assert.match(await textOf(other, "main .note:not(.bad, .warn)"), /Taken by you until/);
		assert.equal(await audited(admin, id, "grant.take_over"), 1);
		await tabTo(other, `form[action="/grants/${id}/release"] button`);
		await answerOf(other, () => press(other, "Enter"));
		assert.equal(pathOf(other), "/grants");

		await page.goto(`/grants/${id}/fulfillment/new`);
		await tabTo(page, "#key");
		await type(page, freshKey());
		await tabTo(page, 'form#fulfill [name="then"]');
		await answerOf(page, () => press(page, "Enter"));
		assert.match(pathOf(page), /\/fulfillment\/new$/);
		assert.notEqual(idOf(page), id);
		assert.match(await html(context, `/grants/${id}`), /class="chip delivered"/);
	});

	test("a grant is revoked and restored", async () => {
		const { context, page } = await pageOf("admin", options);
		const [id] = await grantIds(context, "status=delivered&integration_type=license_key");
		for (const [act, chip] of [["revoke", "revoked"], ["restore", "delivered"]]) {
			await page.goto(`/grants/${id}`);
			await tabTo(page, "[popovertarget=actions]");
			await press(page, "Enter");
			await tabTo(page, `#actions a[href*="act=${act}"]`);
			await answerOf(page, () => press(page, "Enter"));
			await tabTo(page, "#ask button.primary");
			const refused = await answerOf(page, () => press(page, "Enter"));
			assert.equal(refused.status(), 422);
			await tabTo(page, '#errors a[href="#reason"]');
			await press(page, "Enter");
			await focused(page, "#reason");
			await type(page, `To ${act} it`);
			await tabTo(page, "#ask button.primary");
			await answerOf(page, () => press(page, "Enter"));
			assert.equal(await page.locator(`.head .chip.${chip}`).count(), 1);
		}
	});

	test("language, theme and signing out", async () => {
		const { page } = await pageOf("viewer", options);
		const open = async (target) => {
			await tabTo(page, "[popovertarget=me]");
			await press(page, "Enter");
			await tabTo(page, target);
			await answerOf(page, () => press(page, "Enter"));
		};
		await page.goto("/grants");
		await open('#me [name=language][value="de"]');
		assert.equal(await textOf(page, "h1"), "Zuteilungen");
		await open('#me [name=theme][value="dark"]');
		assert.equal(await page.getAttribute("html", "data-theme"), "dark");
		await open('#me [name=theme][value="auto"]');
		await open('#me [name=language][value="en"]');
		await open('form[action="/logout"] button');
		assert.equal(pathOf(page), "/login");
		await page.goBack();
		assert.equal(pathOf(page), "/login");
	});

	test("a grant is made by hand", async () => {
		const { page } = await pageOf("agent", options);
		await page.goto("/grants");
		await tabTo(page, 'a[href="/grants/new"]');
		await answerOf(page, () => press(page, "Enter"));
		await tabTo(page, "#customer_email");
		await type(page, "ada@");
		await tabTo(page, 'form[action="/grants"] button.primary');
		const refused = await answerOf(page, () => press(page, "Enter"));
		assert.equal(refused.status(), 422);
		assert.equal(await page.inputValue("#customer_email"), "ada@");
		await tabTo(page, "#entitlement_id");
		await page.keyboard.type("Nordwind Studio Pro");
		await tabTo(page, "#customer_email");
		await press(page, "Control+a");
		await type(page, "ada@example.com");
		await tabTo(page, "#customer_name");
		await type(page, "Ada Lovelace");
		await tabTo(page, 'form[action="/grants"] button.primary');
		await answerOf(page, () => press(page, "Enter"));
		assert.match(pathOf(page), /^\/grants\/entg_/);
		assert.equal(await page.locator(".head .chip.pending").count(), 1);
		assert.match(await textOf(page, "main"), /Ada Lovelace/);
	});
});

describe("one grant, one key", () => {
	for (const [name, button] of [["Fulfill", SEND], ["Fulfill and next", 'form#fulfill [name="then"]']]) {
		test(`a double click on ${name} delivers once`, async () => {
			const { context, page } = await pageOf("agent");
			const admin = await contextFor(browser, portal, "admin");
			const id = (await freeGrants(context)).at(-1);
			await page.goto(`/grants/${id}/fulfillment/new`);
			await page.fill("#key", freshKey());
			await answerOf(page, () => page.dblclick(button));
			await page.waitForLoadState("networkidle");
			if (button === SEND) assert.equal(pathOf(page), `/grants/${id}`);
			else assert.match(pathOf(page), /\/fulfillment\/new$/);
			assert.match(await textOf(page, "main .note[role=status]"), /Delivered, /);
			assert.equal(await audited(admin, id, "grant.fulfill"), 1);
			await sendNow(context, portal, id);
			await until("the e-mail is kept", async () => (await html(admin, `/grants/${id}`)).includes("Kept, not sent"));
			assert.equal(await audited(admin, id, "message.kept"), 1);
		});
	}

	test("who comes second learns who won, and gets the key back", async () => {
		const { context, page, heard } = await pageOf("agent");
		const admin = await contextFor(browser, portal, "admin");
		const id = (await freeGrants(context)).at(-1);
		await page.goto(`/grants/${id}/fulfillment/new`);
		const key = freshKey();
		await page.fill("#key", key);
		await fulfill(admin, portal, id);
		const answer = await answerOf(page, () => page.click(SEND));
		assert.equal(answer.status(), 409);
		await focused(page, "#errors");
		assert.match(await textOf(page, "#errors"), /Alex Morgan delivered this grant at/);
		assert.equal(await textOf(page, ".slip code"), key);
		assert.match(await textOf(page, "main"), /has not been issued to anyone/);
		assert.equal(await audited(admin, id, "grant.fulfill"), 1);
		assert.deepEqual(heard, []);
	});

	test("whoever has chosen no time zone is offered the browser's", async () => {
		const { page, heard } = await pageOf("viewer", { timezoneId: "Europe/Berlin" });
		await page.goto("/");
		assert.match(await textOf(page, "[data-zone]"), /Times are shown in UTC.* Europe\/Berlin\./);
		await answerOf(page, () => page.click("[data-own-zone]"));
		assert.match(await textOf(page, ".foot"), /Europe\/Berlin/);
		assert.equal(await page.locator("[data-zone]").count(), 0);
		assert.deepEqual(heard, []);
	});

	test("a key is copied", async () => {
		const { context, page } = await pageOf("agent", { permissions: ["clipboard-read", "clipboard-write"] });
		const id = (await freeGrants(context)).at(-1);
		const key = await fulfill(context, portal, id);
		await page.goto(`/grants/${id}`);
		await answerOf(page, () => page.click('form[action$="/reveal"] button'));
		await page.click(".slip [data-copy]");
		await page.locator(".slip [data-copy]", { hasText: "Copied" }).waitFor();
		assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
	});
});

describe("roles", () => {
	test("a viewer finds nothing that a viewer may not do", async () => {
		const { context, page } = await pageOf("viewer");
		await page.goto("/grants?status=pending");
		assert.equal(await page.locator('[data-next], [data-fulfill], a[href="/grants/new"], a[href="/audit"]').count(), 0);
		const [id] = await grantIds(context, "status=delivered&integration_type=license_key");
		await page.goto(`/grants/${id}`);
		assert.equal(await page.locator('main form[method="post"], main [popovertarget], main a[href^="/audit"]').count(), 0);
	});

	test("an agent does not revoke", async () => {
		const { context, page } = await pageOf("agent");
		const [id] = await grantIds(context, "status=delivered&integration_type=license_key");
		await page.goto(`/grants/${id}`);
		assert.equal(await page.locator('form[action$="/revocation"], #actions').count(), 0);
	});
});
