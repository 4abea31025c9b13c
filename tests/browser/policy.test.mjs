// What every page keeps to: no error in the console and none of the content security policy, a
// language, a title and one heading, and little to transfer.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { PAGES, prepare, roleOf, visit } from "./pages.mjs";
import { get, html, launchBrowser, listen, openContext, signIn, startPortal } from "./support.mjs";

const POLICY = [
	"default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self'",
	"connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
];
const KILOBYTE = 1_024;

let portal, browser, shared;

before(async () => {
	[portal, browser] = await Promise.all([startPortal({ grants: 200 }), launchBrowser()]);
	shared = await prepare(browser, portal);
});
after(async () => {
	await browser?.close();
	await portal?.stop();
});

describe("every page is quiet and well-formed", { concurrency: 2 }, () => {
	for (const wanted of PAGES) {
		test(wanted.name, async () => {
			const page = await shared.contexts[roleOf(wanted)].newPage();
			const heard = listen(page);
			try {
				const response = await visit(page, wanted, shared.kit);
				const headers = await response.allHeaders();
				for (const rule of POLICY) assert.ok(headers["content-security-policy"].includes(rule), rule);
				assert.equal(headers["x-content-type-options"], "nosniff");
				assert.equal(headers["cache-control"], "no-store");
				assert.equal(headers["referrer-policy"], "strict-origin");
				assert.ok(!headers["content-security-policy"].includes("unsafe"));

				assert.equal(await page.getAttribute("html", "lang"), "en");
				assert.match(await page.title(), /^\S.* – Keydesk$/);
				assert.equal(await page.locator("h1").count(), 1);
				assert.equal(await page.locator("main").count(), 1);
				assert.equal(await page.locator("[style], style, script:not([src])").count(), 0);
				const ids = await page.locator("[id]").evaluateAll((all) => all.map((element) => element.id));
				assert.deepEqual(ids.filter((id, place) => ids.indexOf(id) !== place), [], "ids are used once");
				const broken = await page
					.locator("use")
					.evaluateAll((all) => all.map((use) => use.getAttribute("href")).filter((href) => !document.querySelector(href)));
				assert.deepEqual(broken, [], "every icon is there");
				assert.deepEqual(await unknownWords(page), []);
				assert.deepEqual(heard, []);
			} finally {
				await page.close();
			}
		});
	}
});

/** Locale keys that were printed because nothing stands behind them. */
function unknownWords(page) {
	return page.locator("body").evaluate((body) => {
		const areas = "common|grants|fulfillment|sessions|audit|entitlements|kept-mail|mail|errors?|overview|nav|button|status";
		const looksLikeKey = new RegExp(`(^|\\s)(${areas})(-[a-z0-9]+)+(\\s|$)`, "g");
		return body.innerText.match(looksLikeKey) ?? [];
	});
}

describe("little to transfer", () => {
	test("the first visit to the queue takes 4 requests and 40 KB, the next page 16 KB", async () => {
		const [cookies] = [await (await signedIn()).cookies()];
		const context = await openContext(browser, portal);
		await context.addCookies(cookies);
		const page = await context.newPage();
		const session = await context.newCDPSession(page);
		const asked = new Map();
		await session.send("Network.enable");
		session.on("Network.requestWillBeSent", ({ requestId, request }) => asked.set(requestId, { url: request.url, bytes: 0 }));
		session.on("Network.requestServedFromCache", ({ requestId }) => asked.delete(requestId));
		session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
			if (asked.has(requestId)) asked.get(requestId).bytes = encodedDataLength;
		});
		const told = () => [...asked.values()].map(({ url, bytes }) => `${url} ${bytes}`).join("\n");

		await page.goto("/grants?status=pending", { waitUntil: "networkidle" });
		const first = [...asked.values()];
		assert.ok(first.length <= 4, told());
		assert.ok(first.every(({ bytes }) => bytes > 0), told());
		assert.ok(first.reduce((sum, { bytes }) => sum + bytes, 0) <= 40 * KILOBYTE, told());

		for (const path of ["/grants", "/", "/audit", "/entitlements"]) {
			asked.clear();
			await page.goto(path, { waitUntil: "networkidle" });
			// Chromium asks for the icon when it likes, now and then only after the first page is loaded.
			const fresh = [...asked.values()].filter(({ url, bytes }) => bytes > 0 && !url.includes("/assets/favicon."));
			assert.equal(fresh.length, 1, told());
			assert.ok(fresh[0].bytes <= 16 * KILOBYTE, told());
		}
		await context.close();
	});

	test("assets are compressed and kept for good", async () => {
		const context = await signedIn();
		const text = await html(context, "/grants");
		const assets = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1]);
		assert.ok(assets.length >= 3 && assets.length <= 3, assets.join(" "));
		for (const asset of assets) {
			const response = await get(context, asset, { headers: { "accept-encoding": "br, gzip" } });
			assert.equal(response.status(), 200);
			assert.match(response.headers()["cache-control"], /public, max-age=31536000, immutable/);
			assert.match(asset, /\.[0-9a-f]{8,}\.\w+$/);
			if (!asset.endsWith(".svg")) assert.match(response.headers()["content-encoding"] ?? "", /br|gzip|zstd/);
		}
		await context.close();
	});

	async function signedIn() {
		const context = await openContext(browser, portal);
		const page = await context.newPage();
		await signIn(page, portal.people.admin);
		await page.close();
		return context;
	}
});
