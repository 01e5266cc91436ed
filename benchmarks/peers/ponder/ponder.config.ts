import { createConfig } from "ponder";
import { http, parseAbi } from "viem";

const teller = parseAbi([
  "event Deposited(uint32 indexed member, uint8 indexed kind, uint64 indexed receipt, uint8 channel, uint64 amount, uint32 bookDay)",
]);
const token = parseAbi(["event Transfer(address indexed from, address indexed to, uint256 value)"]);
const authority = parseAbi([
  "event Countersigned(address indexed target, bytes32 indexed action, uint32 maker, uint32 checker)",
]);

const { BENCH_RPC, BENCH_FIRST, BENCH_LAST, BENCH_TELLER, BENCH_TOKENS, BENCH_AUTHORITY, BENCH_PGLITE, BENCH_POSTGRES } = process.env;
const range = { network: "local", startBlock: Number(BENCH_FIRST), endBlock: Number(BENCH_LAST) } as const;
type Address = `0x${string}`;

export default createConfig({
  database: BENCH_POSTGRES
    ? { kind: "postgres", connectionString: BENCH_POSTGRES }
    : { kind: "pglite", directory: BENCH_PGLITE! },
  networks: {
    local: { chainId: 31337, transport: http(BENCH_RPC), disableCache: false, maxRequestsPerSecond: 10_000 },
  },
  contracts: {
    Teller: { abi: teller, address: BENCH_TELLER as Address, ...range },
    Token: { abi: token, address: BENCH_TOKENS!.split(",") as Address[], ...range },
    Authority: { abi: authority, address: BENCH_AUTHORITY as Address, ...range },
  },
});
