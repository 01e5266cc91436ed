/** Signing with a wallet that the browser brings along (EIP-1193), and sending from it. */

import { hexOf } from '../verify/hex';
import { SigningError, type ToSign } from './order';
import { castCall, type SignedBallot } from './paper';

export interface Provider {
  request(asked: { readonly method: string; readonly params?: readonly unknown[] }): Promise<unknown>;
}

/** The browser's wallet, if there is one. */
export function walletOf(window: Window): Provider | null {
  return (window as unknown as { ethereum?: Provider }).ethereum ?? null;
}

/** The signature of the member's registered account over the ballot. SigningError says why there is none. */
export async function signWithWallet(wallet: Provider | null, asked: ToSign): Promise<string> {
  if (!wallet) throw new SigningError('noWallet');
  const account = await accountOf(wallet, asked);
  await useChain(wallet, asked.chainId);
  return String(await ask(wallet, 'eth_signTypedData_v4', [account, asked.typedData]));
}

/** Send the paper without the relay: the wallet pays for it. The transaction's hash. */
export async function sendAlone(wallet: Provider, asked: ToSign, ballot: SignedBallot): Promise<string> {
  const [from] = (await ask(wallet, 'eth_requestAccounts')) as string[];
  await useChain(wallet, asked.chainId);
  const transaction = { from, to: asked.box, data: hexOf(castCall(ballot)) };
  return String(await ask(wallet, 'eth_sendTransaction', [transaction]));
}

async function accountOf(wallet: Provider, { signer }: ToSign): Promise<string> {
  const accounts = (await ask(wallet, 'eth_requestAccounts')) as string[];
  const found = accounts.find((each) => each.toLowerCase() === signer.address.toLowerCase());
  if (!found) throw new SigningError('otherAccount', signer.address);
  return found;
}

async function useChain(wallet: Provider, chainId: number): Promise<void> {
  const wanted = `0x${chainId.toString(16)}`;
  if (Number(await ask(wallet, 'eth_chainId')) === chainId) return;
  try {
    await wallet.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: wanted }] });
  } catch {
    throw new SigningError('otherChain', String(chainId));
  }
}

async function ask(wallet: Provider, method: string, params: readonly unknown[] = []): Promise<unknown> {
  try {
    return await wallet.request({ method, params });
  } catch (error) {
    throw new SigningError('declined', (error as Error | undefined)?.message ?? '');
  }
}
