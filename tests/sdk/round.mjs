// The whole round with the vendor's own SDK for JavaScript, against a running portal.
// KEYDESK_API is its API, KEYDESK_ADMIN, KEYDESK_AGENT and KEYDESK_VIEWER are tokens.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import DodoPayments from "dodopayments";
import { Webhook } from "standardwebhooks";

const baseURL = process.env.KEYDESK_API;

const client = (role, options = {}) =>
	new DodoPayments({ bearerToken: process.env[`KEYDESK_${role}`], baseURL, ...options });

/** The call must be refused with this status, as the SDK tells it, and this code. */
async function refused(status, code, call) {
	const classes = {
		400: DodoPayments.BadRequestError,
		401: DodoPayments.AuthenticationError,
		403: DodoPayments.PermissionDeniedError,
		404: DodoPayments.NotFoundError,
		409: DodoPayments.ConflictError,
		422: DodoPayments.UnprocessableEntityError,
	};
	await assert.rejects(call, (error) => {
		assert.ok(error instanceof classes[status], error);
		assert.equal(error.error.code, code, JSON.stringify(error.error));
		assert.ok(error.error.message);
		return true;
	});
}

/** Takes webhooks. */
async function receive() {
	const arrived = [];
	let wake = () => {};
	const server = createServer((request, response) => {
		let body = "";
		request.setEncoding("utf8").on("data", (text) => {
			body += text;
		});
		request.on("end", () => {
			arrived.push({ body, headers: request.headers });
			response.writeHead(204).end();
			wake();
		});
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${server.address().port}/hook`,
		async take(count) {
			const deadline = setTimeout(() => wake(new Error("no webhook within 20 s")), 20_000);
			while (arrived.length < count) {
				await new Promise((resolve, reject) => {
					wake = (error) => (error ? reject(error) : resolve());
				});
			}
			clearTimeout(deadline);
			return arrived.splice(0, count);
		},
		close: () => server.close(),
	};
}

const sale = (shop, entitlement, number) =>
	shop.post("/grants", {
		body: {
			entitlement_id: entitlement.id,
			customer: { email: `js${number % 7}@example.com`, name: `Customer ${number % 7}` },
			payment_id: `pay_js_${number}`,
		},
	});

async function all(pages) {
	const rows = [];
	for await (const row of pages) rows.push(row);
	return rows;
}

const [admin, agent, viewer] = [client("ADMIN"), client("AGENT"), client("VIEWER")];
const receiver = await receive();
const endpoint = await admin.webhooks.create({ url: receiver.url, description: "SDK", metadata: { from: "js" } });
assert.deepEqual(endpoint.metadata, { from: "js" });
const { secret } = await admin.webhooks.retrieveSecret(endpoint.id);
assert.ok((await all(admin.webhooks.list())).some((known) => known.id === endpoint.id));

const entitlement = await admin.entitlements.create({
	name: "SDK Studio JS",
	integration_type: "license_key",
	integration_config: {
		activations_limit: 2,
		fulfillment_mode: "manual",
		duration_count: 1,
		duration_interval: "Year",
	},
});
assert.equal((await admin.entitlements.retrieve(entitlement.id)).name, "SDK Studio JS");
assert.equal((await admin.entitlements.update(entitlement.id, { name: "JS 2" })).name, "JS 2");

// A sale is reported, and fulfilled.
const key = "JS-KEY-0001-ABCD";
const grant = await sale(agent, entitlement, 0);
assert.equal(grant.status, "Pending");
assert.equal((await sale(agent, entitlement, 0)).id, grant.id);
const fulfilled = await agent.entitlements.grants.fulfillLicenseKey(grant.id, { key });
assert.equal(fulfilled.status, "Delivered");
assert.equal(fulfilled.license_key.key, key);

// The webhooks, by the SDK and by the standard's own package.
const reader = client("AGENT", { webhookKey: secret });
const types = [];
for (const { body, headers } of await receiver.take(3)) {
	const event = reader.webhooks.unwrap(body, { headers });
	new Webhook(secret).verify(body, headers);
	types.push(event.type);
	if (event.type === "license_key.created") assert.equal(event.data.key, key);
	if (event.type === "entitlement_grant.delivered") assert.equal(event.data.license_key.key, key);
}
assert.deepEqual(types.sort(), [
	"entitlement_grant.created",
	"entitlement_grant.delivered",
	"license_key.created",
]);
await admin.webhooks.update(endpoint.id, { disabled: true });

// Every class of refusal.
const fulfill = (id, body) => agent.entitlements.grants.fulfillLicenseKey(id, body);
const waiting = await sale(agent, entitlement, 1);
const github = await admin.entitlements.create({
	name: "SDK Repository JS",
	integration_type: "github",
	integration_config: { permission: "pull", target_id: "a/b" },
});
const other = await sale(agent, github, 2);
await refused(400, "EMPTY_LICENSE_KEY", () => fulfill(waiting.id, { key: "  " }));
await refused(400, "NOT_A_LICENSE_KEY_GRANT", () => fulfill(other.id, { key: "X" }));
const stranger = new DodoPayments({ bearerToken: "kdk_no", baseURL });
await refused(401, "UNAUTHORIZED", () => stranger.entitlements.list());
await refused(403, "FORBIDDEN", () => viewer.entitlements.grants.fulfillLicenseKey(waiting.id, { key: "X" }));
await refused(404, "NOT_FOUND", () => fulfill("entg_nobody", { key: "X" }));
await refused(409, "GRANT_NOT_PENDING", () => fulfill(grant.id, { key: "X" }));
await refused(409, "DUPLICATE_LICENSE_KEY", () => fulfill(waiting.id, { key }));
await refused(422, "VALIDATION_FAILED", () => fulfill(waiting.id, { key: "X", activations_limit: 0 }));

// 250 grants, page by page, without loss or repeat.
const before = (await all(agent.entitlements.grants.list(entitlement.id))).map((known) => known.id);
const made = [];
for (let number = 1_000; number < 1_250; number++) made.push((await sale(agent, entitlement, number)).id);
for (const page_size of [10, 100]) {
	const walked = (await all(agent.entitlements.grants.list(entitlement.id, { page_size }))).map((known) => known.id);
	assert.equal(new Set(walked).size, walked.length, "a repeat");
	assert.deepEqual(new Set(walked), new Set([...before, ...made]), "a loss");
}

// The sold software: activate to the limit, validate, deactivate.
const anonymous = new DodoPayments({ bearerToken: "none", baseURL });
const first = await anonymous.licenses.activate({ license_key: key, name: "Laptop" });
assert.equal(first.customer.email, "js0@example.com");
const second = await anonymous.licenses.activate({ license_key: key, name: "Desktop" });
await refused(422, "LICENSE_KEY_LIMIT_REACHED", () => anonymous.licenses.activate({ license_key: key, name: "Third" }));
const validate = async (fields) => (await anonymous.licenses.validate(fields)).valid;
assert.equal(await validate({ license_key: key, license_key_instance_id: first.id }), true);
assert.equal(await validate({ license_key: "nobody's" }), false);
await anonymous.licenses.deactivate({ license_key: key, license_key_instance_id: second.id });
const third = await anonymous.licenses.activate({ license_key: key, name: "Third" });
const instances = await all(agent.licenseKeyInstances.list({ license_key_id: first.license_key_id }));
assert.deepEqual(instances.map((instance) => instance.name).sort(), ["Laptop", "Third"]);
assert.equal((await agent.licenseKeyInstances.update(third.id, { name: "Renamed" })).name, "Renamed");
const known = await agent.licenseKeys.retrieve(first.license_key_id);
assert.deepEqual([known.key, known.instances_count, known.source], [key, 2, "manual"]);
await refused(422, "VALIDATION_FAILED", () => agent.licenseKeys.update(known.id, { activations_limit: 1 }));

// Revoked: the key opens nothing any more.
const revoked = await admin.entitlements.grants.revoke(grant.id, { id: entitlement.id });
assert.deepEqual([revoked.status, revoked.revocation_reason], ["Revoked", "manual"]);
assert.equal(await validate({ license_key: key }), false);
await refused(403, "INACTIVE_LICENSE_KEY", () => anonymous.licenses.activate({ license_key: key, name: "Late" }));

// Customers.
const customer = await agent.customers.create({ email: "new.js@example.com", name: "New" });
assert.equal((await agent.customers.update(customer.customer_id, { name: "Newer" })).name, "Newer");
const customers = await all(agent.customers.list({ page_size: 100 }));
assert.ok(customers.some((row) => row.customer_id === customer.customer_id));
const owned = await agent.customers.listEntitlements(known.customer_id);
assert.ok(owned.items.some((row) => row.grant_id === grant.id));

await admin.webhooks.delete(endpoint.id);
await admin.entitlements.delete(github.id);
await refused(404, "NOT_FOUND", () => admin.entitlements.retrieve(github.id));
receiver.close();
console.log("the SDK for JavaScript made its round");
