// Passkeys, with the browser's own virtual device: added, signed in with, removed.

import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { answerOf, launchBrowser, listen, openContext, signIn, startPortal } from "./support.mjs";

let portal, browser;

const freePort = () =>
	new Promise((resolve) => {
		const server = createServer().listen(0, "127.0.0.1", () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});

before(async () => {
	// Passkeys belong to names, not to bare addresses.
	const port = await freePort();
	const url = `http://localhost:${port}`;
	const env = { KEYDESK_LISTEN: `127.0.0.1:${port}`, KEYDESK_BASE_URL: url, KEYDESK_SECOND_FACTOR: "admins" };
	[portal, browser] = await Promise.all([startPortal({ grants: 10, env }), launchBrowser()]);
	portal.url = url;
});
after(async () => {
	await browser?.close();
	await portal?.stop();
});

/** A page whose browser has a device that is always willing. */
async function pageWithDevice(context) {
	const page = await context.newPage();
	const session = await context.newCDPSession(page);
	await session.send("WebAuthn.enable");
	const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
		options: {
			protocol: "ctap2",
			transport: "internal",
			hasResidentKey: true,
			hasUserVerification: true,
			isUserVerified: true,
			automaticPresenceSimulation: true,
		},
	});
	const verify = (isUserVerified) => session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
	return { page, verify };
}

async function add(page, person, password = person.password) {
	await page.goto("/account/passkeys/new");
	await page.fill("#name", "Work laptop");
	await page.fill("#password", password);
	return answerOf(page, () => page.click("#passkey"));
}

async function signOut(page) {
	await page.click("[popovertarget=me]");
	await answerOf(page, () => page.click('form[action="/logout"] button'));
}

test("somebody adds a passkey, signs in with it alone, and removes it", async () => {
	const context = await openContext(browser, portal);
	const { page } = await pageWithDevice(context);
	const heard = listen(page);
	const person = portal.people.agent;
	await signIn(page, person);
	assert.equal((await add(page, person, "not the password at all")).status(), 422);
	assert.equal((await add(page, person)).status(), 200);
	assert.ok(await page.getByText("Work laptop").first().isVisible());
	await signOut(page);
	await page.goto("/login?next=/grants");
	await answerOf(page, () => page.click('a[href^="/login/passkey"]'));
	await answerOf(page, () => page.click("#passkey"));
	assert.equal(new URL(page.url()).pathname, "/grants");

	await page.goto("/account");
	await page.fill('form[action*="/account/passkeys/"] [name=password]', person.password);
	await answerOf(page, () => page.click('form[action*="/account/passkeys/"] button'));
	assert.equal(await page.getByText("Work laptop").count(), 0);
	await signOut(page);
	await page.goto("/login/passkey");
	assert.equal((await answerOf(page, () => page.click("#passkey"))).status(), 422, "a removed passkey opens nothing");
	assert.deepEqual(heard, []);
	await context.close();
});

test("where a second factor is demanded, the one that everybody can have comes first", async () => {
	const context = await openContext(browser, portal);
	const { page } = await pageWithDevice(context);
	const person = portal.people.admin;
	await page.goto("/login");
	await page.fill("#email", person.email);
	await page.fill("#password", person.password);
	await answerOf(page, () => page.click("form button.primary"));
	assert.equal(new URL(page.url()).pathname, "/account/second-factor");
	const response = await page.goto("/account/passkeys/new");
	assert.equal(new URL(response.url()).pathname, "/account/second-factor");
	await context.close();
});

test("without a device, a finger or script the page says so and the password still works", async () => {
	const context = await openContext(browser, portal, { javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto("/login/passkey");
	assert.ok(await page.getByText("need a browser with JavaScript").isVisible());
	assert.equal(await page.locator("#passkey").isVisible(), false);
	await signIn(page, portal.people.viewer);
	await context.close();

	const other = await openContext(browser, portal);
	const { page: refused, verify } = await pageWithDevice(other);
	await signIn(refused, portal.people.viewer);
	await add(refused, portal.people.viewer);
	await signOut(refused);
	await verify(false);
	await refused.goto("/login/passkey");
	const answer = await answerOf(refused, () => refused.click("#passkey"));
	assert.equal(answer.status(), 422, "nobody is let in without finger, face or PIN");
	await other.close();
});
