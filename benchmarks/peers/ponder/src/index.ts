// One row an event, the least that an index can do: no balances, no journal, no proof.
import { ponder } from "ponder:registry";
import { countersigned, deposit, transfer } from "ponder:schema";

ponder.on("Teller:Deposited", async ({ event, context }) => {
  await context.db.insert(deposit).values({ id: event.id, block: event.block.number, ...event.args });
});

ponder.on("Token:Transfer", async ({ event, context }) => {
  await context.db
    .insert(transfer)
    .values({ id: event.id, token: event.log.address, block: event.block.number, ...event.args });
});

ponder.on("Authority:Countersigned", async ({ event, context }) => {
  const { target, action, maker, checker } = event.args;
  await context.db
    .insert(countersigned)
    .values({ id: event.id, target, action, maker: BigInt(maker), checker: BigInt(checker) });
});
