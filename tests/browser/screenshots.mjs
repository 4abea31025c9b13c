// Pictures of every page: `KEYDESK_SCREENSHOTS=dir node screenshots.mjs [page…]`.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PAGES, prepare, roleOf, visit } from "./pages.mjs";
import { launchBrowser, startPortal } from "./support.mjs";

const dir = process.env.KEYDESK_SCREENSHOTS ?? "screenshots";
const names = process.argv.slice(2);
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
const LOOKS = {
	en: [[WIDE, "light"], [WIDE, "dark"], [NARROW, "light"], [NARROW, "dark"]],
	de: [[WIDE, "light"]],
};

mkdirSync(dir, { recursive: true });
const portal = await startPortal();
const browser = await launchBrowser();
try {
	for (const [language, locale] of [["en", "en-US"], ["de", "de-DE"]]) {
		const { contexts, kit } = await prepare(browser, portal, { locale });
		for (const wanted of PAGES.filter(({ name }) => names.length === 0 || names.includes(name))) {
			const page = await contexts[roleOf(wanted)].newPage();
			await visit(page, wanted, kit);
			for (const [viewport, colorScheme] of LOOKS[language]) {
				await page.setViewportSize(viewport);
				await page.emulateMedia({ colorScheme });
				const path = join(dir, `${wanted.name}.${language}.${viewport.width}.${colorScheme}.png`);
				await page.screenshot({ path, fullPage: true });
			}
			await page.close();
		}
		for (const context of browser.contexts()) await context.close();
	}
} finally {
	await browser.close();
	await portal.stop();
}
