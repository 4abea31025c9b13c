// Every page there is, and how a person gets to it. The checks of the other files go over this list.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { answerOf, contextFor, freeGrants, freshKey, fulfill, grantIds, heldGrant, html, keepCodes, openContext, sendNow, typeKey, until } from "./support.mjs";

const OTHER_TYPES = ["digital_files", "github", "discord", "figma", "feature_flag", "telegram", "framer", "notion"];
const SEND = 'form[id="fulfill"] button.primary';

const at = (path) => (page) => page.goto(path);

/** Searches from the header of another page. */
async function search(page, text) {
	await page.goto("/entitlements");
	await page.fill("header [data-search]", text);
	return answerOf(page, () => page.press("header [data-search]", "Enter"));
}

/** Signs in on the page that is shown. */
async function signInOn(page, kit) {
	await page.fill("#email", kit.portal.people.admin.email);
	await page.fill("#password", kit.portal.people.admin.password);
	return answerOf(page, () => page.click("form button.primary"));
}

/** Fills in the form on the page of a grant, loses the session, and sends it. */
async function sendTooLate(page, kit, pathOf, button) {
	const id = await kit.free();
	await page.context().clearCookies();
	await page.goto("/login");
	await signInOn(page, kit);
	await page.goto(pathOf(id));
	for (const [field, text] of [["#key", freshKey()], ["#customer_note", "Thank you."], ["#reason", "Refunded.\nTwice."]]) {
		if (field === "#key" && (await page.locator(field).count())) await typeKey(page, text);
		else if (await page.locator(field).count()) await page.fill(field, text);
	}
	await page.context().clearCookies();
	return answerOf(page, () => page.click(button));
}

/** The path of the customer of a delivered grant. */
async function customerOf(page, kit) {
	await page.goto(`/grants/${await kit.grant("delivered")}`);
	return page.locator('a[href^="/customers/cus_"]:not([href$="/erasure"])').first().getAttribute("href");
}

/** `as` is who looks at it (nobody: signed out), `status` what the server answers. */
export const PAGES = [
	{ name: "login", as: "nobody", open: at("/login") },
	{
		name: "login-error",
		as: "nobody",
		status: 422,
		async open(page) {
			await page.goto("/login?next=/grants");
			await page.fill("#email", "admin@demo.example");
			await page.fill("#password", "wrong");
			return answerOf(page, () => page.click("form button.primary"));
		},
	},
	{ name: "forgotten-password", as: "nobody", open: at("/forgotten-password") },
	{
		name: "forgotten-password-error",
		as: "nobody",
		status: 422,
		async open(page) {
			await page.goto("/forgotten-password");
			await page.fill("#email", "nobody");
			return answerOf(page, () => page.click("form button.primary"));
		},
	},
	{ name: "new-password", as: "nobody", german: true, open: async (page, kit) => page.goto(await kit.invitation()) },
	{ name: "new-password-over", as: "nobody", status: 404, open: at("/new-password?token=none") },
	{
		name: "login-code",
		as: "stranger",
		async open(page, kit) {
			await kit.factor();
			await page.goto("/login");
			await page.fill("#email", kit.portal.people.viewer.email);
			await page.fill("#password", kit.portal.people.viewer.password);
			return answerOf(page, () => page.click("form button.primary"));
		},
	},
	{
		name: "login-signed-out",
		as: "signedOut",
		german: true,
		status: 401,
		open: (page, kit) => sendTooLate(page, kit, (id) => `/grants/${id}/fulfillment/new`, SEND),
	},
	{
		name: "unsent-fulfillment",
		as: "returning",
		german: true,
		async open(page, kit) {
			await sendTooLate(page, kit, (id) => `/grants/${id}/fulfillment/new`, SEND);
			return signInOn(page, kit);
		},
	},
	{
		name: "unsent-form",
		as: "returningAdmin",
		german: true,
		async open(page, kit) {
			await sendTooLate(page, kit, (id) => `/grants/${id}?act=revoke`, '#ask form button.primary');
			return signInOn(page, kit);
		},
	},
	{ name: "account", german: true, open: at("/account") },
	{
		name: "account-error",
		status: 422,
		async open(page) {
			await page.goto("/account");
			await page.fill("#current_password", "not the current one");
			await page.fill("#new_password", "short");
			return answerOf(page, () => page.click('form[action="/account/password"] button'));
		},
	},
	{ name: "second-factor", german: true, open: at("/account/second-factor") },
	{
		name: "second-factor-error",
		status: 422,
		async open(page) {
			await page.goto("/account/second-factor");
			await page.fill("#code", "12");
			return answerOf(page, () => page.click('form[action="/account/second-factor"] button.primary'));
		},
	},
	{
		name: "recovery-codes",
		as: "viewer",
		async open(page, kit) {
			await kit.factor();
			await page.goto("/account");
			await page.fill("#password_for_codes", kit.portal.people.viewer.password);
			const response = await answerOf(page, () => page.click('form[action="/account/recovery-codes"] button'));
			await keepCodes(page, kit.portal.people.viewer);
			return response;
		},
	},
	{ name: "staff", german: true, open: at("/staff") },
	{
		name: "staff-error",
		status: 422,
		async open(page) {
			await page.goto("/staff");
			await page.fill("#email", "nobody");
			return answerOf(page, () => page.click("#new button.primary"));
		},
	},
	{
		name: "staff-person",
		german: true,
		async open(page) {
			await page.goto("/staff");
			return answerOf(page, () => page.click("tbody [data-row] >> nth=1"));
		},
	},
	{
		name: "staff-invited",
		async open(page, kit) {
			await kit.invitation();
			await page.goto("/staff");
			return answerOf(page, () => page.click('tr:has-text("@invited.example") [data-row] >> nth=0'));
		},
	},
	{
		name: "erasure",
		german: true,
		async open(page, kit) {
			await page.goto(`/grants/${await kit.grant("delivered")}`);
			return page.goto(await page.locator('a[href$="/erasure"]').getAttribute("href"));
		},
	},
	{
		name: "merger",
		german: true,
		async open(page, kit) {
			const customer = await customerOf(page, kit);
			await page.goto("/customers");
			const links = await page.locator("tbody a[data-row]").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
			const other = links.find((link) => link !== customer).split("/").pop();
			return page.goto(`${customer}/merger/new?other=${other}`);
		},
	},
	{ name: "merger-new", german: true, open: async (page, kit) => page.goto(`${await customerOf(page, kit)}/merger/new`) },
	{ name: "customers", german: true, open: at("/customers") },
	{ name: "customers-search", open: at("/customers?q=an") },
	{ name: "customers-empty-search", german: true, open: at("/customers?q=nobody-is-called-this") },
	{ name: "customer", german: true, open: async (page, kit) => page.goto(await customerOf(page, kit)) },
	{ name: "customer-viewer", as: "viewer", open: async (page, kit) => page.goto(await customerOf(page, kit)) },
	{
		name: "customer-send",
		german: true,
		async open(page, kit) {
			const response = await page.goto(await customerOf(page, kit));
			await page.click("[commandfor=send]");
			await page.locator("#send").waitFor();
			return response;
		},
	},
	{
		name: "customer-send-error",
		status: 422,
		async open(page, kit) {
			await page.goto(`${await customerOf(page, kit)}?act=send`);
			await page.fill("#email", "nobody");
			return answerOf(page, () => page.click('form[action$="/emails"] button.primary'));
		},
	},
	{
		name: "customer-note-error",
		german: true,
		status: 422,
		async open(page, kit) {
			await page.goto(await customerOf(page, kit));
			return answerOf(page, () => page.click('form[action$="/notes"] button'));
		},
	},
	{ name: "customer-edit", german: true, open: async (page, kit) => page.goto(`${await customerOf(page, kit)}/edit`) },
	{
		name: "customer-edit-error",
		status: 422,
		async open(page, kit) {
			await page.goto(`${await customerOf(page, kit)}/edit`);
			await page.fill("#name", "");
			await page.fill("#email", "nobody");
			return answerOf(page, () => page.click("main form button.primary"));
		},
	},
	{ name: "report", german: true, open: at("/report?days=90") },
	{ name: "settings", german: true, open: at("/settings") },
	{ name: "audit-security", open: at("/audit?action=security") },
	{ name: "overview", german: true, open: at("/") },
	{ name: "grants-pending", german: true, open: at("/grants?status=pending") },
	{ name: "grants-delivered", open: at("/grants?status=delivered") },
	{ name: "grants-sent-today", german: true, open: at("/grants?status=delivered&by=me&from=today") },
	{ name: "grants-days-error", status: 422, open: at("/grants?status=delivered&from=31.12") },
	{
		name: "grants-views",
		async open(page) {
			const answer = await page.goto("/grants?status=failed&from=2020-01-01");
			await page.click("[popovertarget=views]");
			return answer;
		},
	},
	{ name: "saved-views", german: true, open: at("/saved-views") },
	{
		name: "saved-views-error",
		status: 422,
		async open(page) {
			await page.goto("/grants?status=failed&from=2020-01-01");
			await page.click("[popovertarget=views]");
			return answerOf(page, () => page.click("#views form button"));
		},
	},
	{ name: "grants-failed", open: at("/grants?status=failed") },
	{ name: "grants-revoked", open: at("/grants?status=revoked") },
	{ name: "grants-needs-decision", german: true, open: at("/grants?needs=decision") },
	{ name: "grants-all", german: true, open: at("/grants") },
	{ name: "grants-search", open: at("/grants?q=an") },
	{ name: "grants-empty-search", german: true, open: at("/grants?q=nobody-is-called-this&status=failed") },
	{ name: "search", german: true, open: at("/search?q=an") },
	{ name: "search-groups", german: true, open: at("/search?q=an%20e") },
	{ name: "search-elsewhere", german: true, open: async (page, kit) => page.goto(`/grants?status=failed&q=${await kit.free()}`) },
	{ name: "license-keys", german: true, open: at("/license-keys") },
	{ name: "license-keys-filtered", open: at("/license-keys?status=active&source=manual&last=odd-one") },
	{ name: "license-keys-empty", german: true, open: at("/license-keys?status=disabled&source=auto") },
	{ name: "palette", german: true, async open(page) { const answer = await page.goto("/"); await page.keyboard.press("Control+k"); return answer; } },
	{ name: "search-empty", open: at("/search?q=nobody-is-called-this") },
	{ name: "search-in-place", german: true, open: (page) => search(page, "NOBODY-HAS-THIS-KEY-1") },
	{
		name: "search-in-place-hits",
		german: true,
		open: (page, kit) => kit.partOfOrder().then((part) => search(page, part)),
	},
	{ name: "search-too-long", german: true, status: 422, open: (page) => search(page, "x".repeat(301)) },
	{ name: "search-viewer", as: "viewer", open: (page) => search(page, "NOBODY-HAS-THIS-KEY-1") },
	{ name: "grants-viewer", as: "viewer", open: at("/grants?status=pending") },
	{ name: "grants-mine", german: true, open: at("/grants?status=pending&assignee=me") },
	{
		name: "grant-pause",
		german: true,
		open: async (page, kit) => page.goto(`/grants/${await kit.free()}?act=pause`),
	},
	{
		name: "grant-pause-error",
		status: 422,
		async open(page, kit) {
			await page.goto(`/grants/${await kit.free()}?act=pause`);
			return answerOf(page, () => page.click('form[action$="/pause"] button'));
		},
	},
	{
		name: "grant-paused",
		german: true,
		async open(page, kit) {
			await page.goto(`/grants/${await kit.free()}?act=pause`);
			await page.check('form[action$="/pause"] [value=supplier]');
			await page.fill("#until", new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10));
			await page.fill("#note", "Ordered from the supplier.");
			return answerOf(page, () => page.click('form[action$="/pause"] button'));
		},
	},
	{ name: "grant-pending", open: async (page, kit) => page.goto(`/grants/${await kit.free()}`) },
	{ name: "grant-delivered", german: true, open: async (page, kit) => page.goto(`/grants/${await kit.grant("delivered")}`) },
	{ name: "grant-replace", german: true, open: async (page, kit) => page.goto(`/grants/${await kit.grant("delivered")}/replace`) },
	{ name: "grant-failed", german: true, open: async (page, kit) => page.goto(`/grants/${await kit.grant("failed")}`) },
	{ name: "grant-task", german: true, open: async (page, kit) => page.goto(`/grants/${await kit.task()}`) },
	{ name: "grant-revoked", open: async (page, kit) => page.goto(`/grants/${await kit.grant("revoked")}`) },
	{ name: "grant-other-type", german: true, open: async (page, kit) => page.goto(`/grants/${await kit.otherType("delivered")}`) },
	{ name: "grant-other-type-failed", open: async (page, kit) => page.goto(`/grants/${await kit.otherType("failed")}`) },
	{
		name: "grant-revealed",
		async open(page, kit) {
			await page.goto(`/grants/${await kit.grant("delivered")}`);
			return answerOf(page, () => page.click('form[action$="/reveal"] button'));
		},
	},
	{
		name: "grant-actions",
		async open(page, kit) {
			const response = await page.goto(`/grants/${await kit.grant("delivered")}`);
			await page.click("[popovertarget=actions]");
			await page.locator("#actions").waitFor();
			return response;
		},
	},
	{
		name: "grant-revocation",
		german: true,
		async open(page, kit) {
			const response = await page.goto(`/grants/${await kit.grant("delivered")}`);
			await page.click("[popovertarget=actions]");
			await page.click("[commandfor=revoke]");
			await page.locator("#revoke").waitFor();
			return response;
		},
	},
	{
		name: "grant-revocation-error",
		status: 422,
		async open(page, kit) {
			await page.goto(`/grants/${await kit.grant("delivered")}?act=revoke`);
			return answerOf(page, () => page.click('form[action$="/revocation"] button.primary'));
		},
	},
	{ name: "grant-restoration", open: async (page, kit) => page.goto(`/grants/${await kit.grant("revoked")}?act=restore`) },
	{
		name: "grant-address-error",
		status: 422,
		async open(page, kit) {
			await page.goto(`/grants/${await kit.grant("failed")}`);
			await page.fill("#email", "nobody");
			return answerOf(page, () => page.click('form:has(#email) button.btn'));
		},
	},
	{ name: "fulfillment", german: true, open: async (page, kit) => page.goto(`/grants/${await kit.free()}/fulfillment/new`) },
	{
		name: "fulfillment-mine",
		async open(page) {
			await page.goto("/grants?status=pending");
			return answerOf(page, () => page.click("[data-next]"));
		},
	},
	{
		name: "fulfillment-preview",
		async open(page, kit) {
			await page.goto(`/grants/${await kit.free()}/fulfillment/new`);
			await typeKey(page, freshKey());
			await page.fill("#customer_note", "Thank you for waiting.\nYour invoice follows.");
			return answerOf(page, () => page.locator('button[formaction$="/preview"]').dispatchEvent("click"));
		},
	},
	{
		name: "fulfillment-error",
		german: true,
		status: 422,
		async open(page, kit) {
			await page.goto(`/grants/${await kit.free()}/fulfillment/new`);
			await page.fill("#activations_limit", "0");
			await page.fill("#expires_at", "2020-01-31T18:00");
			await page.fill("#customer_note", "Thank you for waiting.");
			return answerOf(page, () => page.click(SEND));
		},
	},
	{
		name: "fulfillment-used-key",
		status: 422,
		async open(page, kit) {
			const key = await kit.usedKey();
			await page.goto(`/grants/${await kit.free()}/fulfillment/new`);
			await typeKey(page, key);
			return answerOf(page, () => page.click(SEND));
		},
	},
	{
		name: "fulfillment-warnings",
		german: true,
		status: 422,
		async open(page, kit) {
			await page.goto(`/grants/${await kit.free()}/fulfillment/new`);
			await typeKey(page, `License key: ${freshKey().replaceAll("-", "–")}`);
			return answerOf(page, () => page.click(SEND));
		},
	},
	{
		name: "fulfillment-conflict",
		german: true,
		status: 409,
		async open(page, kit) {
			const id = await kit.free();
			await page.goto(`/grants/${id}/fulfillment/new`);
			await fulfill(kit.colleague, kit.portal, id);
			await typeKey(page, freshKey());
			await page.fill("#activations_limit", "4");
			await page.fill("#customer_note", "Thank you for waiting.");
			return answerOf(page, () => page.click(SEND));
		},
	},
	{ name: "fulfillment-held", german: true, open: async (page, kit) => page.goto(`/grants/${await kit.held()}/fulfillment/new`) },
	{
		name: "fulfillment-stock",
		german: true,
		open: async (page, kit) => page.goto(`/grants/${await kit.stocked()}/fulfillment/new`),
	},
	{ name: "stock", german: true, open: at("/stock") },
	{ name: "stock-viewer", as: "viewer", open: at("/stock") },
	{ name: "stock-entitlement", german: true, open: async (page, kit) => page.goto(await kit.stock()) },
	{ name: "stock-issued", open: async (page, kit) => page.goto(`${await kit.stock()}?state=issued`) },
	{ name: "stock-quarantined", german: true, open: async (page, kit) => page.goto(`${await kit.stock()}?state=quarantined&select=page`) },
	{
		name: "stock-keys-error",
		status: 422,
		async open(page, kit) {
			await page.goto(`${await kit.stock()}?select=page`);
			return answerOf(page, () => page.click('button[value="quarantine"]'));
		},
	},
	{
		name: "stock-settings-error",
		german: true,
		status: 422,
		async open(page, kit) {
			await page.goto(await kit.stock());
			await page.fill("#alert_count", "0");
			return answerOf(page, () => page.click("form:has(#alert_count) button"));
		},
	},
	{ name: "stock-import", german: true, open: async (page, kit) => page.goto(`${await kit.stock()}/import`) },
	{
		name: "stock-import-error",
		german: true,
		status: 422,
		async open(page, kit) {
			await page.goto(`${await kit.stock()}/import`);
			await page.fill("#keys", `Bestellung;Schlüssel 1;Schlüssel 2\nB-1;${freshKey()};${freshKey()}`);
			await page.fill("#use_before", "2020-01-31");
			return answerOf(page, () => page.click("form:has(#keys) button.primary"));
		},
	},
	{ name: "stock-import-preview", german: true, open: async (page, kit) => page.goto(await kit.upload()) },
	{ name: "stock-import-new", open: async (page, kit) => page.goto(`${await kit.upload()}?show=new`) },
	{
		name: "stock-import-added",
		german: true,
		async open(page, kit) {
			await page.goto(await kit.uploadOf(freshKey()));
			return answerOf(page, () => page.click("main form button.primary"));
		},
	},
	{ name: "sales-import", german: true, open: async (page) => page.goto("/sales/import") },
	{
		name: "sales-import-errors",
		german: true,
		status: 422,
		async open(page) {
			await page.goto("/sales/import");
			await page.fill("#zone", "Mars/Olympus");
			return answerOf(page, () => page.click('form[action="/sales/import"] button.primary'));
		},
	},
	{ name: "sales-import-map", german: true, open: async (page, kit) => page.goto(await kit.salesMap()) },
	{
		name: "sales-import-map-errors",
		german: true,
		status: 422,
		async open(page, kit) {
			await page.goto(await kit.salesMap());
			for (const select of await page.locator('select[name^="column_"]').all()) await select.selectOption("");
			return answerOf(page, () => page.click('form[action$="/columns"] button.primary'));
		},
	},
	{ name: "sales-import-preview", german: true, open: async (page, kit) => page.goto(await kit.salesPreview()) },
	{ name: "sales-import-known", open: async (page, kit) => page.goto(`${await kit.salesPreview()}?show=no-email`) },
	{ name: "sales-import-result", german: true, open: async (page, kit) => page.goto(await kit.salesResult()) },
	{ name: "stock-batch", german: true, open: async (page, kit) => page.goto(await kit.batch()) },
	{
		name: "stock-recall-error",
		status: 422,
		async open(page, kit) {
			await page.goto(await kit.batch());
			return answerOf(page, () => page.click("#recall button"));
		},
	},
	{
		name: "grants-select",
		german: true,
		// So few rows that the bar lies over none of them.
		open: at("/grants?status=pending&q=Priya&select=page"),
	},
	{
		name: "grants-select-none",
		status: 422,
		async open(page) {
			await page.goto("/grants?status=pending");
			return answerOf(page, () => page.evaluate(() => document.querySelector(".picks").requestSubmit()));
		},
	},
	{
		name: "bulk-hold",
		german: true,
		open: (page) => choose(page, "hold"),
	},
	{
		name: "bulk-revocation-error",
		status: 422,
		async open(page) {
			await choose(page, "revocation");
			return answerOf(page, () => page.click("main form button.primary"));
		},
	},
	{
		name: "bulk-keys",
		german: true,
		open: (page) => choose(page, "keys"),
	},
	{
		name: "bulk-pairs",
		german: true,
		async open(page) {
			await choose(page, "keys");
			await page.fill("#keys", `${freshKey()}\nKey: ${freshKey()}\n\n${freshKey()}`);
			return answerOf(page, () => page.click('button[formaction$="/check"]'));
		},
	},
	{ name: "bulk-upload", german: true, open: at("/grants/bulk/upload") },
	{
		name: "bulk-upload-error",
		status: 422,
		async open(page) {
			await page.goto("/grants/bulk/upload");
			return answerOf(page, () => page.click("main form button.primary"));
		},
	},
	{
		name: "job-done",
		german: true,
		async open(page) {
			await page.goto("/grants?status=pending&assignee=none");
			const boxes = page.locator('.picks input[name="id"]');
			for (const place of [0, 1, 2]) await boxes.nth(place).check();
			await answerOf(page, () => page.evaluate(() => {
				const form = document.querySelector(".picks");
				form.requestSubmit(form.querySelector('[formaction$="/claim"]'));
			}));
			await page.waitForSelector("#run:not([data-poll])");
			return page.goto(page.url());
		},
	},
	{ name: "grant-new", german: true, open: at("/grants/new") },
	{
		name: "grant-new-error",
		german: true,
		status: 422,
		async open(page) {
			await page.goto("/grants/new");
			await page.fill("#customer_email", "not an address");
			return answerOf(page, () => page.click('form[action="/grants"] button.primary'));
		},
	},
	{ name: "entitlements", german: true, open: at("/entitlements") },
	{ name: "entitlement-new", open: at("/entitlements/new") },
	{
		name: "entitlement-new-type",
		german: true,
		async open(page) {
			await page.goto("/entitlements/new");
			await page.selectOption("#integration_type", "github");
			return answerOf(page, () => page.click("button[name=then]"));
		},
	},
	{
		name: "entitlement-new-error",
		status: 422,
		async open(page) {
			await page.goto("/entitlements/new");
			await page.fill("#activations_limit", "0");
			return answerOf(page, () => page.click('form[action="/entitlements"] button.primary'));
		},
	},
	{
		name: "entitlement-edit",
		german: true,
		async open(page) {
			await page.goto("/entitlements");
			return answerOf(page, () => page.click("tbody [data-row] >> nth=1"));
		},
	},
	{ name: "audit", german: true, open: at("/audit") },
	{ name: "audit-filtered", open: at("/audit?action=grant.fulfill") },
	{ name: "audit-error", status: 422, open: at("/audit?from=never") },
	{ name: "api-docs", german: true, open: at("/api/docs") },
	{ name: "api-docs-signed-out", as: "nobody", open: at("/api/docs") },
	{ name: "api-keys", german: true, open: (page, kit) => kit.apiKey().then(() => page.goto("/api-keys")) },
	{
		name: "api-keys-token",
		german: true,
		async open(page) {
			await page.goto("/api-keys");
			await page.fill("#name", "Shop");
			return answerOf(page, () => page.click("#new button.primary"));
		},
	},
	{
		name: "api-keys-error",
		status: 422,
		async open(page) {
			await page.goto("/api-keys");
			await page.fill("#expires_at", "2020-01-31T18:00");
			return answerOf(page, () => page.click("#new button.primary"));
		},
	},
	{ name: "api-keys-revocation", open: async (page, kit) => page.goto(`/api-keys?revoke=${await kit.apiKey()}#ask`) },
	{ name: "license-key", german: true, open: async (page, kit) => page.goto(await kit.licenseKey()) },
	{
		name: "license-key-error",
		german: true,
		status: 422,
		async open(page, kit) {
			await page.goto(await kit.licenseKey());
			await page.fill("#activations_limit", "0");
			return answerOf(page, () => page.click('form:has(#activations_limit) button.primary'));
		},
	},
	{ name: "license-key-viewer", as: "viewer", open: async (page, kit) => page.goto(await kit.licenseKey()) },
	{ name: "webhooks-empty", open: at("/webhooks") },
	{ name: "webhook-new", german: true, open: at("/webhooks/new") },
	{
		name: "webhook-new-error",
		german: true,
		status: 422,
		async open(page) {
			await page.goto("/webhooks/new");
			await page.fill("#url", "http://10.0.0.1/hooks");
			return answerOf(page, () => page.click('form[action="/webhooks"] button.primary'));
		},
	},
	{ name: "webhook-edit", open: async (page, kit) => page.goto(`${await kit.webhook()}/edit`) },
	{ name: "webhook", german: true, open: async (page, kit) => page.goto(await kit.webhook()) },
	{
		name: "webhook-revealed",
		async open(page, kit) {
			await page.goto(await kit.webhook());
			return answerOf(page, () => page.click('form[action$="/reveal"] button'));
		},
	},
	{ name: "webhook-deletion", open: async (page, kit) => page.goto(`${await kit.webhook()}?act=delete#ask`) },
	{ name: "webhook-delivery", german: true, open: async (page, kit) => page.goto(await kit.delivery()) },
	{ name: "webhooks", german: true, open: (page, kit) => kit.webhook().then(() => page.goto("/webhooks")) },
	{ name: "sales", german: true, open: at("/sales") },
	{ name: "sales-decisions", german: true, open: at("/sales?needs=decision") },
	{
		name: "sales-decisions-error",
		status: 422,
		async open(page) {
			await page.goto("/sales?needs=decision");
			return answerOf(page, () => page.click('form[action="/sales/products"] button'));
		},
	},
	{ name: "connection-shop", german: true, open: async (page, kit) => page.goto(await kit.shop()) },
	{ name: "connection-shop-removal", open: async (page, kit) => page.goto(`${await kit.shop()}?act=remove#ask`) },
	{ name: "connection-new-shop", german: true, open: at("/connections/new?kind=stripe&name=Stripe") },
	{ name: "connections", german: true, open: at("/connections") },
	{
		name: "connections-error",
		status: 422,
		async open(page) {
			await page.goto("/connections");
			await page.fill("#name", " ");
			return answerOf(page, () => page.click("#add button.primary"));
		},
	},
	{ name: "connection-new", german: true, open: at("/connections/new?kind=dodopayments&name=Dodo") },
	{ name: "connection-new-github", german: true, open: at("/connections/new?kind=github&name=GitHub") },
	{
		name: "connection-new-error",
		german: true,
		status: 422,
		async open(page) {
			await page.goto("/connections/new?kind=dodopayments&name=Dodo");
			await page.fill("#api_key", "two words");
			return answerOf(page, () => page.click('form[action="/connections"] button.primary'));
		},
	},
	{ name: "connection", german: true, open: async (page, kit) => page.goto(await kit.connection()) },
	{
		name: "connection-key-error",
		status: 422,
		async open(page, kit) {
			await page.goto(await kit.connection());
			await page.click("#key summary");
			return answerOf(page, () => page.click('form[action$="/key"] button'));
		},
	},
	{ name: "connection-removal", open: async (page, kit) => page.goto(`${await kit.connection()}?act=remove#ask`) },
	{ name: "grant-mirrored", german: true, open: async (page, kit) => page.goto(await kit.mirrored()) },
	{ name: "grant-with-webhooks", german: true, open: async (page, kit) => page.goto(`/grants/${await kit.told()}`) },
	{ name: "mail", german: true, open: at("/mail") },
	{
		name: "mail-message",
		async open(page) {
			await page.goto("/mail");
			return answerOf(page, () => page.click("tbody [data-row] >> nth=0"));
		},
	},
	{ name: "not-found", german: true, status: 404, open: at("/grants/entg_000000000000000000000") },
	{ name: "not-found-signed-out", as: "nobody", status: 404, open: at("/nowhere") },
	{ name: "forbidden", as: "viewer", status: 403, open: at("/audit") },
	{
		name: "account-menu",
		german: true,
		async open(page) {
			const response = await page.goto("/entitlements");
			await page.click("[popovertarget=me]");
			await page.locator("#me").waitFor();
			return response;
		},
	},
	{
		name: "shortcuts",
		german: true,
		async open(page) {
			const response = await page.goto("/entitlements");
			await page.click("[commandfor=shortcut-list]");
			await page.locator("#shortcut-list").waitFor();
			return response;
		},
	},
];

/** The people who look at the pages, and what the pages need to be there. */
export async function prepare(browser, portal, options = {}) {
	const contexts = {
		nobody: await openContext(browser, portal, options),
		stranger: await openContext(browser, portal, options),
		// Those who lose their session have a window each: pages are opened at the same time.
		signedOut: await openContext(browser, portal, options),
		returning: await openContext(browser, portal, options),
		returningAdmin: await openContext(browser, portal, options),
		admin: await contextFor(browser, portal, "admin", options),
		viewer: await contextFor(browser, portal, "viewer", options),
	};
	const colleague = await contextFor(browser, portal, "agent", options);
	const { admin } = contexts;
	// Of two pages opened at once without a cookie only one would keep its own.
	await html(contexts.nobody, "/login");
	let free = (await freeGrants(admin)).reverse();
	let used;
	const kit = {
		portal,
		colleague,
		viewer: contexts.viewer,
		/** A pending grant that waits for a key and that nobody holds; each is given out once. */
		async free() {
			const id = free.shift();
			assert.ok(id, "the demo has enough pending grants");
			return id;
		},
		async grant(status) {
			const [id] = await grantIds(admin, `status=${status}&integration_type=license_key`);
			assert.ok(id, `the demo has a grant that is ${status}`);
			return id;
		},
		async task() {
			const [id] = await grantIds(admin, "needs=decision");
			assert.ok(id, "the demo has a grant that needs a decision");
			return id;
		},
		async otherType(status) {
			for (const type of OTHER_TYPES) {
				const [id] = await grantIds(admin, `status=${status}&integration_type=${type}`);
				if (id) return id;
			}
			return assert.fail(`the demo has a grant of another type that is ${status}`);
		},
		held: () => heldGrant(admin),
		async usedKey() {
			used ??= await fulfill(colleague, portal, await kit.free());
			return used;
		},
	};
	Object.assign(kit, integrations(kit, admin));
	// The outbox writes its first e-mails once the portal serves.
	await until("a kept e-mail", async () => (await html(admin, "/mail")).includes("data-row"));
	return { contexts, kit };
}

/** What the pages of API keys, license keys and webhooks need; made once, by the forms. */
function integrations(kit, admin) {
	let factor;
	const once = (make) => {
		let made;
		return () => (made ??= make());
	};
	// A page that is closed while it goes on to another may hang: each answer is waited for.
	const inPage = async (work) => {
		const page = await admin.newPage();
		try {
			return await work(page);
		} finally {
			await page.close();
		}
	};
	const webhook = once(() =>
		inPage(async (page) => {
			await page.goto("/webhooks/new");
			await page.fill("#url", "http://127.0.0.1:9/keydesk");
			await page.fill("#description", "The shop's order system");
			await page.check('[name="grant_delivered"]');
			await page.check('[name="license_key_created"]');
			await answerOf(page, () => page.click('form[action="/webhooks"] button.primary'));
			await answerOf(page, () => page.click('form[action$="/test"] button'));
			return new URL(page.url()).pathname;
		}),
	);
	/** Imports these keys as far as the preview; gives its path. */
	const uploadOf = (keys) =>
		inPage(async (page) => {
			await page.goto(`${(await stockWithKeys(admin)).path}/import`);
			await page.fill("#keys", keys);
			await answerOf(page, () => page.click("form:has(#keys) button.primary"));
			return new URL(page.url()).pathname;
		});
	/** Brings these sales as far as what the portal shows of them; gives its path. */
	const salesOf = (lines) =>
		inPage(async (page) => {
			await page.goto("/sales/import");
			await page.click("details summary");
			await page.fill("#lines", lines);
			await answerOf(page, () => page.click('form[action="/sales/import"] button.primary'));
			return new URL(page.url()).pathname;
		});
	const ownSales = (mark) =>
		"customer_email,customer_name,product,external_id,quantity\n" +
		`a@example.com,Zoë van der Meer,Nordwind Studio Pro,${mark}-1,2\n,Bäckerei,Nordwind Studio Pro,${mark}-2,1\n` +
		`c@example.com,C,Nobody's,${mark}-3,1\nd@example.com,D,Nordwind Studio Pro,4.50010E+15,1\ne@example.com,E,Nordwind Studio Pro,${mark}-5,x\n`;
	return {
		salesMap: once(() => salesOf("Beleg;Mail;Artikel;Menge\nRE-1;a@example.com;Nordwind Studio Pro;1\nRE-2;;Nordwind Studio Pro;1")),
		salesPreview: once(() => salesOf(ownSales("SP"))),
		salesResult: once(async () => {
			const path = await salesOf(ownSales("SR"));
			return inPage(async (page) => {
				await page.goto(path);
				await answerOf(page, () => page.click('form[action$="/confirm"] button.primary'));
				await until("the result", async () => ((await html(admin, path)).includes("<progress") ? null : true));
				return path;
			});
		}),
		/** The path of an invitation's link. */
		invitation: once(() =>
			inPage(async (page) => {
				await page.goto("/staff");
				await page.fill("#email", `grace${Date.now()}@invited.example`);
				await page.fill("#name", "Grace Hopper");
				await answerOf(page, () => page.click("#new button.primary"));
				const mail = await until("an invitation", async () => {
					const list = await html(admin, "/mail");
					return list.match(/href="(\/mail\/lnk_[^"]+)"/)?.[1];
				});
				const [, token] = (await html(admin, mail)).match(/new-password\?token=([\w-]+)/);
				return `/new-password?token=${token}`;
			}),
		),
		/** A pending grant that can be fulfilled from stock. */
		stocked: once(async () => {
			const list = await html(admin, await waitingFor(admin));
			return list.match(/href="\/grants\/(\w+)\/fulfillment\/new" data-fulfill/)[1];
		}),
		/** The page of a stock with keys. */
		stock: once(async () => (await stockWithKeys(admin)).path),
		batch: once(async () => (await html(admin, (await stockWithKeys(admin)).path)).match(/href="(\/batches\/\w+)" data-row/)[1]),
		upload: once(() => uploadOf(`${freshKey().replaceAll("-", "–")}\n${freshKey()}\nKey: ${freshKey()}\n12345678901230000000\nA\u0007`)),
		uploadOf,
		/** Makes sure that the viewer has a second factor. */
		factor: async () => (factor ??= await enrol(kit.viewer, kit.portal.people.viewer)),
		/** The page of the demo's connection. */
		connection: once(async () => (await html(admin, "/connections")).match(/href="(\/connections\/con_\w+)" data-row>Dodo/)[1]),
		/** The page of the demo's shop. */
		shop: once(async () => (await html(admin, "/connections")).match(/href="(\/connections\/con_\w+)" data-row>Shopify/)[1]),
		/** A grant that is out of step with it. */
		mirrored: once(async () => (await html(admin, await kit.connection())).match(/href="(\/grants\/\w+)" data-row/)[1]),
		apiKey: once(() =>
			inPage(async (page) => {
				await page.goto("/api-keys");
				await page.fill("#name", "Order import");
				await answerOf(page, () => page.click("#new button.primary"));
				await page.goto("/api-keys");
				return page.locator("tbody .sub.id").first().innerText();
			}),
		),
		/** A part of an order's number that could be a key. */
		partOfOrder: once(() =>
			inPage(async (page) => {
				for (const number of [42, 43]) {
					await page.goto("/grants/new");
					await page.selectOption("#entitlement_id", { index: 1 });
					await page.fill("#customer_email", "grace@navy.example");
					await page.fill("#customer_name", "Grace Hopper");
					await page.fill("#payment_id", `ORD-2026-00${number}`);
					await answerOf(page, () => page.click('form[action="/grants"] button.primary'));
				}
				return "ORD-2026-00";
			}),
		),
		licenseKey: once(() =>
			inPage(async (page) => {
				await page.goto(`/grants/${await kit.grant("delivered")}`);
				return page.locator('a[href^="/license-keys/"]').first().getAttribute("href");
			}),
		),
		webhook,
		/** A grant that was delivered while there was a webhook. */
		told: once(async () => {
			await webhook();
			const id = await kit.free();
			await fulfill(kit.colleague, kit.portal, id);
			await sendNow(kit.colleague, kit.portal, id);
			const isTried = async () => (await html(admin, `/grants/${id}`)).includes("the connection failed");
			await until("a webhook's attempt", isTried);
			return id;
		}),
		delivery: once(async () => {
			const path = await webhook();
			await until("a webhook's attempt", async () => (await html(admin, path)).includes("the connection failed"));
			const [, delivery] = (await html(admin, path)).match(/href="([^"]+\/messages\/[^"]+)"/);
			return delivery;
		}),
	};
}

/** The row of a stock that has keys and grants that wait. */
async function stockWithKeys(context) {
	const rows = (await html(context, "/stock")).split("<tr>").slice(1);
	const row = rows.find((text) => !text.includes("<strong>0</strong>") && text.includes("status=pending"));
	assert.ok(row, "the demo has a stock with keys and grants that wait");
	return { path: row.match(/href="(\/stock\/ent_\w+)" data-row/)[1], row };
}

/** The list of the grants that wait for that stock. */
async function waitingFor(context) {
	const { row } = await stockWithKeys(context);
	return row.match(/href="(\/grants\?[^"]+)"/)[1].replaceAll("&amp;", "&").replaceAll("&#38;", "&");
}

/** Sets up a second factor for the person of a window, unless there is one. */
async function enrol(context, person) {
	const page = await context.newPage();
	try {
		await page.goto("/account");
		if (await page.locator('a[href="/account/second-factor"]').count()) {
			await page.goto("/account/second-factor");
			const secret = (await page.locator(".slip code").innerText()).replaceAll(" ", "");
			await page.fill("#code", code(secret));
			await page.fill("#password", person.password);
			await answerOf(page, () => page.click('form[action="/account/second-factor"] button.primary'));
			await keepCodes(page, person);
		}
		return true;
	} finally {
		await page.close();
	}
}

/** The code an app shows now (RFC 6238). */
function code(secret) {
	const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
	const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
	const mac = createHmac("sha1", key).update(counter).digest();
	const number = (mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000;
	return String(number).padStart(6, "0");
}

/** Chooses the first four grants that wait, and what is to be done with them. */
async function choose(page, action) {
	await page.goto("/grants?status=pending");
	const boxes = page.locator('.picks input[name="id"]');
	for (const place of [0, 1, 2, 3]) await boxes.nth(place).check();
	await answerOf(page, () =>
		page.evaluate((act) => {
			const form = document.querySelector(".picks");
			form.requestSubmit(form.querySelector(`[formaction$="/${act}"]`));
		}, action),
	);
	return page.goto(page.url());
}

/** Opens a page and checks that the server answered as it should. */
export async function visit(page, wanted, kit) {
	const response = await wanted.open(page, kit);
	assert.equal(response.status(), wanted.status ?? 200, `${wanted.name}: ${page.url()}`);
	if (response.status() === 200 && response.request().method() === "GET") opened.add(new URL(page.url()).pathname);
	return response;
}

/** Where `visit` has been. */
const opened = new Set();

const NOT_OPENED = {
	"/audit.csv": "a file",
	"/report.csv": "a file",
	"/grants/pulse": "no page: pulse.test.mjs",
	"/stock.csv": "a file",
	"/grants.csv": "a file",
	"/customers.csv": "a file",
	"/license-keys.csv": "a file",
	"/entitlements.csv": "a file",
	"/staff.csv": "a file",
	"/api-keys.csv": "a file",
	"/webhooks.csv": "a file",
	"/stock/{id}/import/{upload_id}/skipped.csv": "a file",
	"/jobs/{id}/report.csv": "a file",
	"/sales/import/{id}/refused.csv": "a file",
	"/sales/import/{id}/skipped.csv": "a file",
	"/grants/{id}/invitation/new": "needs an account at GitHub: tests/it/deliveries/github.rs",
	"/login/passkey": "needs a portal with a name: passkeys.test.mjs",
	"/account/passkeys/new": "the same",
	"/login/provider": "leads to the provider: tests/oidc",
	"/login/provider/callback": "comes from there",
};

/** The pages of the portal's own table that `visit` has not been to. */
export function missed() {
	const table = JSON.parse(readFileSync(new URL("../pages.json", import.meta.url), "utf8"));
	const patterns = table.filter(({ method }) => method === "GET").map(({ path }) => path);
	// Of two patterns that a path matches, the portal takes the first.
	const patternOf = (path) => patterns.find((pattern) => new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path));
	const seen = new Set([...opened].map(patternOf));
	return patterns.filter((pattern) => !seen.has(pattern) && !NOT_OPENED[pattern]);
}

export const roleOf = (page) => page.as ?? "admin";
