import { onchainTable } from "ponder";

export const deposit = onchainTable("deposit", (t) => ({
  id: t.text().primaryKey(),
  member: t.integer().notNull(),
  kind: t.integer().notNull(),
  receipt: t.bigint().notNull(),
  channel: t.integer().notNull(),
  amount: t.bigint().notNull(),
  bookDay: t.integer().notNull(),
  block: t.bigint().notNull(),
}));

export const transfer = onchainTable("transfer", (t) => ({
  id: t.text().primaryKey(),
  token: t.hex().notNull(),
  from: t.hex().notNull(),
  to: t.hex().notNull(),
  value: t.bigint().notNull(),
  block: t.bigint().notNull(),
}));

export const countersigned = onchainTable("countersigned", (t) => ({
  id: t.text().primaryKey(),
  target: t.hex().notNull(),
  action: t.hex().notNull(),
  maker: t.bigint().notNull(),
  checker: t.bigint().notNull(),
}));
