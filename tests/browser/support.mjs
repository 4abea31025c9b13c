// What the files of this suite share: a portal with made-up data, a browser, people who sign in, and
// an ear for everything that goes wrong on a page.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { chromium } from "playwright-core";

const FLAGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

/** Starts `keydesk demo` on a free port; resolves when it listens. */
export async function startPortal({ grants = 120, env = {} } = {}) {
	const dir = mkdtempSync(join(tmpdir(), "keydesk-browser-"));
	const binary = process.env.KEYDESK_BIN ?? new URL("../../target/debug/keydesk", import.meta.url).pathname;
	const child = spawn(binary, ["demo", "--grants", String(grants)], {
		cwd: dir,
		env: { PATH: process.env.PATH, TMPDIR: dir, KEYDESK_LISTEN: "127.0.0.1:0", KEYDESK_LOG_LEVEL: "warn", KEYDESK_WEBHOOK_ALLOW: "127.0.0.1", ...env },
		stdio: ["ignore", "pipe", "pipe"],
	});
	const said = [];
	const people = {};
	const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
	child.stderr.setEncoding("utf8").on("data", (text) => said.push(text));
	const url = await new Promise((resolve, reject) => {
		child.once("error", reject);
		ended.then(({ code, signal }) => reject(new Error(`keydesk ended (${code ?? signal}):\n${said.join("")}`)));
		createInterface({ input: child.stdout }).on("line", (line) => {
			said.push(`${line}\n`);
			const person = line.match(/^\s+(admin|agent|viewer)\s+(\S+)\s+password: (\S+)$/);
			if (person) people[person[1]] = { email: person[2], password: person[3] };
			const address = line.match(/^listening on (http:\/\/\S+)$/);
			if (address) resolve(address[1].replace(/\/$/, ""));
		});
	});
	return {
		url,
		people,
		/** Everything it printed, for a failure's sake. */
		said: () => said.join(""),
		async stop() {
			child.kill("SIGTERM");
			const { code, signal } = await ended;
			rmSync(dir, { recursive: true, force: true });
			assert.equal(signal ?? code, 0, `keydesk did not end cleanly:\n${said.join("")}`);
		},
	};
}

export function launchBrowser() {
	const executablePath = process.env.CHROMIUM || execFileSync("sh", ["-c", "command -v chromium"]).toString().trim();
	return chromium.launch({ executablePath, args: FLAGS });
}

/** A browser window of its own. Motion is reduced, so that nothing is looked at halfway. */
export async function openContext(browser, portal, options = {}) {
	const context = await browser.newContext({
		baseURL: portal.url,
		locale: "en-US",
		timezoneId: "UTC",
		viewport: { width: 1440, height: 900 },
		reducedMotion: "reduce",
		colorScheme: "light",
		...options,
	});
	context.setDefaultTimeout(15_000);
	return context;
}

/** Signs in on the page with the mouse and the fields, whatever page it is on. */
export async function signIn(page, person, next = "/") {
	await page.goto(`/login?next=${encodeURIComponent(next)}`);
	await page.fill("#email", person.email);
	await page.fill("#password", person.password);
	await page.click("form button.primary");
	await page.waitForURL((url) => url.pathname !== "/login");
	if (new URL(page.url()).pathname === "/login/code") {
		await page.fill("#code", recoveryCodes.get(person.email).pop());
		await page.click('form[action="/login/code"] button');
		await page.waitForURL((url) => !url.pathname.startsWith("/login"));
	}
}

/** The recovery codes of people with a second factor, by address. */
export const recoveryCodes = new Map();

/** Keeps the recovery codes that a page shows. */
export async function keepCodes(page, person) {
	const shown = await page.locator(".slip code").innerText();
	recoveryCodes.set(person.email, shown.trim().split(/\s+/));
}

/** A window of somebody who has signed in. */
export async function contextFor(browser, portal, role, options = {}) {
	const context = await openContext(browser, portal, options);
	const page = await context.newPage();
	await signIn(page, portal.people[role]);
	await page.close();
	return context;
}

/** Collects what no page may do: console errors, policy violations, exceptions, requests that fail. */
export function listen(page) {
	const heard = [];
	// Chromium logs a refused document (404, 409, 422) like a failed picture; those answers are expected.
	const isAnswer = (message) =>
		message.text().startsWith("Failed to load resource: the server responded with a status of 4") &&
		!message.location().url.includes("/assets/");
	page.on("console", (message) => {
		if (["error", "warning"].includes(message.type()) && !isAnswer(message)) heard.push(`${message.type()}: ${message.text()}`);
	});
	page.on("pageerror", (error) => heard.push(`exception: ${error.message}`));
	page.on("requestfailed", (request) => {
		const reason = request.failure()?.errorText;
		// A page that is left gives up what it was loading.
		if (reason !== "net::ERR_ABORTED") heard.push(`failed: ${request.url()} ${reason}`);
	});
	page.on("response", (response) => {
		// A preview is refused like the form that it shows.
		const isPage = ["document", "fetch"].includes(response.request().resourceType());
		if (response.status() >= (isPage ? 500 : 400)) heard.push(`${response.status()}: ${response.url()}`);
	});
	return heard;
}

/** Asks beside the window, as its person. Like a window, it asks again if an idle connection was just being closed. */
export function get(context, path, options = {}) {
	return context.request.get(path, { maxRetries: 2, ...options });
}

/** The HTML of a page, asked for beside the window. */
export async function html(context, path) {
	const response = await get(context, path);
	assert.equal(response.status(), 200, `GET ${path}`);
	return response.text();
}

/** Waits until something is so. */
export async function until(what, isSo, { timeout = 10_000 } = {}) {
	const deadline = Date.now() + timeout;
	for (;;) {
		const answer = await isSo();
		if (answer) return answer;
		assert.ok(Date.now() < deadline, `not within ${timeout} ms: ${what}`);
		await pause(50);
	}
}

/** The ids of the grants in a list, in its order. */
export async function grantIds(context, query) {
	const text = await html(context, `/grants?${query}`);
	return [...text.matchAll(/<a class="go[^>]* href="\/grants\/([0-9A-Za-z_]+)" data-row/g)].map((match) => match[1]);
}

/** The ids of grants that wait for a key and that nobody holds, the longest waiting first. */
export async function freeGrants(context) {
	const text = await html(context, "/grants?status=pending&integration_type=license_key");
	return [...text.matchAll(/href="\/grants\/([0-9A-Za-z_]+)\/fulfillment\/new" data-fulfill/g)].map((match) => match[1]);
}

/** A grant that a colleague holds. */
export async function heldGrant(context) {
	const text = await html(context, "/grants?status=pending&integration_type=license_key");
	const rows = text.split("<tr>").filter((row) => row.includes("data-row") && /class="sub">until /.test(row));
	const held = rows.map((row) => row.match(/href="\/grants\/([0-9A-Za-z_]+)" data-row/)?.[1]).find(Boolean);
	assert.ok(held, "the demo holds a grant for a colleague");
	return held;
}

/** Chooses typing where there is stock, and types a key. */
export async function typeKey(page, key) {
	const typed = page.locator('[name="source"][value="typed"]');
	if (await typed.count()) await typed.check();
	await page.fill("#key", key);
}

/** Sets all stock aside, for people who type their keys: recalls every batch, as an admin. */
export async function emptyStock(context, portal) {
	const stocks = [...(await html(context, "/stock")).matchAll(/href="(\/stock\/ent_\w+)" data-row/g)];
	for (const [, path] of stocks) {
		const page = await html(context, path);
		const [, token] = page.match(/name="csrf_token" value="([^"]*)"/);
		for (const [, id] of page.matchAll(/href="\/batches\/(bat_\w+)" data-row/g)) {
			const answer = await context.request.post(`/stock/batches/${id}/recall`, {
				form: { csrf_token: token, reason: "For tests that type keys" },
				headers: { origin: portal.url },
				maxRedirects: 0,
				maxRetries: 2,
			});
			assert.equal(answer.status(), 303, `${id} is recalled`);
		}
	}
}

/** A key nobody has used before. */
export function freshKey() {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
	const group = () => Array.from({ length: 5 }, () => letters[Math.floor(Math.random() * letters.length)]).join("");
	return `TEST-${group()}-${group()}-${group()}`;
}

/** Delivers a grant beside the window, as its person. */
export async function fulfill(context, portal, id, key = freshKey()) {
	const form = await html(context, `/grants/${id}/fulfillment/new`);
	const value = (name) => form.match(new RegExp(`name="${name}" value="([^"]*)"`))[1];
	const response = await context.request.post(`/grants/${id}/fulfillment`, {
		form: { csrf_token: value("csrf_token"), idempotency_key: value("idempotency_key"), key },
		headers: { origin: portal.url },
		maxRedirects: 0,
		// Asking again is harmless: the form has an idempotency key.
		maxRetries: 2,
	});
	assert.equal(response.status(), 303, `${id} is fulfilled`);
	return key;
}

/** Lets a delivery's messages leave at once. */
export async function sendNow(context, portal, id) {
	const page = await html(context, `/grants/${id}`);
	const [, token] = page.match(/name="csrf_token" value="([^"]*)"/);
	const request = { form: { csrf_token: token }, headers: { origin: portal.url }, maxRedirects: 0 };
	const response = await context.request.post(`/grants/${id}/send-now`, request);
	assert.equal(response.status(), 303, `${id} is sent now`);
}

/** How many entries the audit log has on an object, by action. */
export async function audited(context, id, action) {
	const text = await html(context, `/audit?object=${id}&action=${action}`);
	return [...text.matchAll(/<tr>\s*<td data-label/g)].length;
}

/** Presses Tab until the focus is on something that fits. */
export async function tabTo(page, selector, { key = "Tab", most = 80 } = {}) {
	for (let presses = 0; presses < most; presses += 1) {
		await page.keyboard.press(key);
		if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
	}
	assert.fail(`${most} presses of ${key} do not reach ${selector} on ${page.url()}`);
}

/** Waits until the focus is on something that fits. */
export function focused(page, selector) {
	return until(`the focus is on ${selector}`, () =>
		page.evaluate((wanted) => document.activeElement.matches(wanted), selector),
	);
}

/** Does something that leads to another page, waits until it is there, and gives the server's answer. */
export async function answerOf(page, act) {
	const loaded = page.waitForEvent("load");
	const arrived = page.waitForResponse(
		(response) =>
			response.request().isNavigationRequest() &&
			response.frame() === page.mainFrame() &&
			![301, 302, 303].includes(response.status()),
	);
	const [response] = await Promise.all([arrived, loaded, act()]);
	return response;
}
