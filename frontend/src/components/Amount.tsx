import { formatRupiah, parseRupiah } from '../format/money';

/** Money of the API. A zero may stay empty, as in a column of a ledger. */
export function Amount({ of, hideZero = false }: { readonly of: string | bigint; readonly hideZero?: boolean }) {
  const amount = typeof of === 'bigint' ? of : parseRupiah(of);
  return hideZero && amount === 0n ? null : <span className="text-nowrap">{formatRupiah(amount)}</span>;
}
