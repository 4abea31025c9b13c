// Passkeys, with the browser's own virtual device: added, signed in with, removed.

import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { answerOf, keepCodes, launchBrowser, listen, openContext, recoveryCodes, signIn, startPortal } from "./support.mjs";

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

/** Types address and password of somebody with a second factor. */
async function firstStep(page, person, next = "/") {
	await page.goto(`/login?next=${encodeURIComponent(next)}`);
	await page.fill("#email", person.email);
	await page.fill("#password", person.password);
	await answerOf(page, () => page.click("form button.primary"));
	assert.equal(new URL(page.url()).pathname, "/login/code");
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

test("the first passkey brings recovery codes, is asked for after the password, and a code gets in without the device", async () => {
	const context = await openContext(browser, portal);
	const { page } = await pageWithDevice(context);
	const heard = listen(page);
	const person = portal.people.agent;
	await signIn(page, person);
	assert.equal((await add(page, person)).status(), 200);
	const codes = (await page.locator(".slip code").innerText()).trim().split(/\s+/);
	assert.equal(codes.length, 10);
	await page.goto("/account");
	assert.equal(await page.locator(".slip").count(), 0, "shown once");
	await signOut(page);

	await firstStep(page, person, "/grants");
	assert.equal(await page.locator("#code").isVisible(), true);
	await answerOf(page, () => page.click("#passkey"));
	assert.equal(new URL(page.url()).pathname, "/grants");
	await signOut(page);
	await context.close();

	const elsewhere = await openContext(browser, portal, { javaScriptEnabled: false });
	const plain = await elsewhere.newPage();
	await firstStep(plain, person, "/grants");
	assert.ok(await plain.getByText("Passkeys require JavaScript").isVisible());
	assert.equal(await plain.locator("#passkey").isVisible(), false);
	await plain.fill("#code", codes[0]);
	await answerOf(plain, () => plain.click('form[action="/login/code"] button'));
	assert.equal(new URL(plain.url()).pathname, "/grants");
	await elsewhere.close();
	recoveryCodes.set(person.email, codes.slice(1));
	assert.deepEqual(heard, []);
});

test("somebody else's passkey does not finish a sign-in", async () => {
	const context = await openContext(browser, portal);
	const { page } = await pageWithDevice(context);
	const { agent, viewer } = portal.people;
	await signIn(page, viewer);
	assert.equal((await add(page, viewer)).status(), 200);
	await keepCodes(page, viewer);
	await page.goto("/account");
	await signOut(page);
	// The device holds the viewer's passkey alone; the agent has one on another device.
	await firstStep(page, agent);
	const refused = await answerOf(page, () => page.click("#passkey"));
	assert.equal(refused.status(), 422);
	assert.ok(await page.getByText("This passkey was not accepted").first().isVisible());
	assert.equal(new URL((await page.goto("/account")).url()).pathname, "/login");
	await page.goto("/login/passkey");
	assert.equal(new URL(page.url()).pathname, "/login/code", "not by the other page either");
	await context.clearCookies();
	await page.goto("/login/passkey");
	await answerOf(page, () => page.click("#passkey"));
	assert.equal(new URL(page.url()).pathname, "/", "the device does answer: it lets its owner in");
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
	assert.ok(await page.getByText("Passkeys require JavaScript").isVisible());
	assert.equal(await page.locator("#passkey").isVisible(), false);
	await signIn(page, portal.people.viewer);
	assert.equal(new URL(page.url()).pathname, "/");
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
