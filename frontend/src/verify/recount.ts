/** One recount from beginning to end, from a bundle alone. */

import { readActs } from './acts';
import { type Bundle, logsOf } from './bundle';
import { Consents } from './candidates';
import { readNotice } from './notice';
import { Orders } from './orders';
import { Register } from './register';
import { Replay } from './replay';
import { type Report, reportOf } from './results';
import * as wire from './wire';

export interface Recounted {
  readonly report: Report;
  /** Titles of the motions by number, as the notice has them. */
  readonly titles: Readonly<Record<string, string>>;
}

/** Count a meeting again. `wallets` says which signers are contracts; without it the bundle does. */
export async function recount(
  bundle: Bundle,
  tell: (done: number, all: number) => void = () => undefined,
  wallets?: (signers: readonly string[]) => Promise<readonly string[]>,
): Promise<Recounted> {
  const logs = logsOf(bundle);
  const isOfRegister = (address: string, topic?: string) =>
    address === bundle.registry && wire.OF_REGISTER.includes(topic ?? '');
  const register = new Register(logs.filter((log) => isOfRegister(log.address, log.topics[0])));
  const notice = readNotice(bundle, logs, register);
  const acts = readActs(bundle, logs);
  const orders = new Orders(acts, register, notice);
  await orders.check(bundle, (done) => tell(done, orders.size));
  const consents = new Consents(bundle, logs, register);
  const contracts = wallets ? await wallets([...orders.unsettled(), ...consents.unsettled()]) : bundle.contracts;
  orders.settle(contracts);
  const replay = new Replay(notice, register, orders);
  consents.judge(contracts, replay);
  replay.run(acts);
  const titles = Object.fromEntries(notice.motions.map((motion) => [`${motion.number}`, motion.title]));
  return { report: reportOf(bundle, replay), titles };
}
