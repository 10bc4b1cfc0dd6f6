// The peer: Shopify's Express package, webhooks stored by better-sqlite3 before they are acknowledged, N cluster workers.
// PORT, WORKERS, DATABASE, SYNCHRONOUS (NORMAL | FULL) and SHOPIFY_API_SECRET come from the environment.
import cluster from 'node:cluster';
import Database from 'better-sqlite3';
import express from 'express';
import { DeliveryMethod, ApiVersion } from '@shopify/shopify-api';
import { shopifyApp } from '@shopify/shopify-app-express';
import { MemorySessionStorage } from '@shopify/shopify-app-session-storage-memory';

const { PORT, WORKERS, DATABASE, SYNCHRONOUS, SHOPIFY_API_SECRET } = process.env;

const open = () => {
  const database = new Database(DATABASE);
  database.pragma('journal_mode = WAL');
  database.pragma(`synchronous = ${SYNCHRONOUS}`);
  database.pragma('busy_timeout = 10000');
  database.exec(`CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY, shop TEXT NOT NULL, webhook_id TEXT NOT NULL, topic TEXT NOT NULL, received_at TEXT NOT NULL,
    body BLOB NOT NULL, UNIQUE (shop, webhook_id))`);
  return database;
};

if (cluster.isPrimary) {
  open().close();
  for (let n = 0; n < Number(WORKERS); n += 1) cluster.fork();
} else {
  const insert = open().prepare(
    'INSERT OR IGNORE INTO delivery (shop, webhook_id, topic, received_at, body) VALUES (?, ?, ?, ?, ?)',
  );
  const shopify = shopifyApp({
    api: {
      apiKey: 'peer', apiSecretKey: SHOPIFY_API_SECRET, hostName: 'peer.example', hostScheme: 'https',
      apiVersion: Object.values(ApiVersion).at(-1), scopes: ['read_orders'], isEmbeddedApp: true,
      logger: { level: 0 },
    },
    auth: { path: '/auth', callbackPath: '/auth/callback' },
    webhooks: { path: '/webhooks' },
    sessionStorage: new MemorySessionStorage(),
  });
  const store = async (topic, shop, body, webhookId) => {
    insert.run(shop, webhookId, topic, new Date().toISOString(), Buffer.from(body));
  };
  const app = express();
  app.post('/webhooks', shopify.processWebhooks({
    webhookHandlers: { ORDERS_CREATE: { deliveryMethod: DeliveryMethod.Http, callbackUrl: '/webhooks', callback: store } },
  }));
  app.listen(Number(PORT), '127.0.0.1');
}
