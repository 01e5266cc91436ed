/** The few events, functions and structs of the chain that a recount reads, by their signatures alone. */

import { hexOf, keccak } from './hex';

export const CALL = '(uint40,uint40)';
export const BYLAWS = '(uint16,uint16,uint16,uint16,uint16,uint16,uint16,uint32,uint32,uint32,uint8)';
const CANDIDATE = '(uint32,address,uint40,bytes)';
const ELECTION = `(uint64[],uint16,uint8,${CANDIDATE}[],(uint64,address)[])`;
export const MOTION = `(uint8,uint16,string,bytes32,(address,bytes)[],${ELECTION})`;
export const NOTICE = `(uint8,uint16,bytes32,bytes32,${CALL},${CALL},${MOTION}[])`;

const topic = (signature: string) => hexOf(keccak(signature));
export const selector = (signature: string) => topic(signature).slice(0, 10);

export const REGISTERED = topic('MemberRegistered(uint32,address,address,uint8,uint32)');
export const ACTIVATED = topic('MemberActivated(uint32,uint32)');
export const SUSPENDED = topic('MemberSuspended(uint32)');
export const REINSTATED = topic('MemberReinstated(uint32)');
export const LEFT = topic('MemberLeft(uint32,uint32)');
export const SIGNER_CHANGED = topic('SignerChanged(uint32,address,uint8,bool)');
export const OF_REGISTER = [REGISTERED, ACTIVATED, SUSPENDED, REINSTATED, LEFT, SIGNER_CHANGED];

export const CONVENED = topic(
  `MeetingConvened(uint32,uint8,uint16,address,bytes32,bytes32,uint32,${CALL},${CALL},${BYLAWS})`,
);
export const MOTION_PUT = topic(`MotionPut(uint32,uint8,${MOTION})`);
export const WITHDRAWN = topic('MotionWithdrawn(uint32,uint8,address)');
export const SEAT_FILLED = topic('SeatFilled(uint32,uint8,uint8,uint64,uint32,address,uint40)');
export const CARRIED_OUT = topic('DecisionCarriedOut(address,uint32,uint8)');
export const OF_RAT = [CONVENED, MOTION_PUT, WITHDRAWN, SEAT_FILLED];

export const CHECKED_IN = topic('CheckedIn(uint32,uint8,bytes)');
export const CHECK_IN_REFUSED = topic('CheckInRefused(uint32,uint8,uint32,uint32,uint8)');
export const PAPER_LIST = topic('PaperListEntered(uint32,uint8,bytes32,bytes)');
export const CAST = topic('BallotsCast(uint32,uint8,bytes)');
export const BALLOT_REFUSED = topic('BallotRefused(uint32,uint8,uint32,uint32,uint8)');
export const PROXY = topic('ProxyAppointed(uint32,uint32,uint32)');
export const CONSENSUS = topic('ConsensusDeclared(uint32,uint8,address,uint40)');
export const OBJECTION = topic('ObjectionRaised(uint32,uint8,uint32)');
export const OF_BOX = [CHECKED_IN, CHECK_IN_REFUSED, PAPER_LIST, CAST, BALLOT_REFUSED, PROXY, CONSENSUS, OBJECTION];

export const CONVENE_CALL = selector(`convene(${NOTICE})`);
export const CAST_CALL = selector('cast(uint32,bytes)');
export const CHECK_IN_CALL = selector('checkIn(uint32,bytes)');
export const CAST_OWN_CALL = selector('castOwn(uint32,uint32,uint256)');
export const CHECK_IN_OWN_CALL = selector('checkInOwn(uint32,uint32)');
export const CAST_BY_PROXY_CALL = selector('castByProxy(uint32,uint32,uint256,uint40,bytes)');
export const APPOINT_CALL = selector('appointProxy(uint32,uint32,uint32,uint40,bytes)');
export const OBJECT_CALL = selector('objectTo(uint32,uint8,uint32,uint40,bytes)');

/** Functions whose calldata holds a member's signed order or is the member's own. */
export const ARGUMENTS: Readonly<Record<string, string>> = {
  [CAST_CALL]: 'uint32,bytes',
  [CHECK_IN_CALL]: 'uint32,bytes',
  [CAST_OWN_CALL]: 'uint32,uint32,uint256',
  [CHECK_IN_OWN_CALL]: 'uint32,uint32',
  [CAST_BY_PROXY_CALL]: 'uint32,uint32,uint256,uint40,bytes',
  [APPOINT_CALL]: 'uint32,uint32,uint32,uint40,bytes',
  [OBJECT_CALL]: 'uint32,uint8,uint32,uint40,bytes',
};
