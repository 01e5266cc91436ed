/** Names for what the API answers with; schema.ts is generated from its description (npm run types). */

import type { components } from './schema';

type Schemas = components['schemas'];

export type Summary = Schemas['Summary'];
export type Entry = Schemas['Entry'];
export type EntryPage = Schemas['EntryPage'];
export type EntryWithProof = Schemas['EntryWithProof'];
export type InclusionProof = Schemas['InclusionProof'];
export type ConsistencyProof = Schemas['ConsistencyProof'];
export type TreeHead = Schemas['TreeHead'];
export type Chart = Schemas['Chart'];
export type TrialBalance = Schemas['TrialBalance'];
export type Passbook = Schemas['Passbook'];
export type Problem = Schemas['Problem'];
export type Words = Schemas['Words'];
export type MeetingPage = Schemas['MeetingPage'];
export type MeetingHead = Schemas['MeetingHead'];
export type Meeting = Schemas['Meeting'];
export type Motion = Schemas['Motion'];
export type CallCounts = Schemas['CallCounts'];
export type UnsignedOrder = Schemas['UnsignedOrder'];
export type OrderReceipt = Schemas['OrderReceipt'];
export type Statement = Schemas['Statement'];
export type StatementRow = Schemas['StatementRow'];
export type StatedOn = Schemas['StatedOn'];
export type Listing = Schemas['Listing'];
export type ListingField = Schemas['ListingField'];
export type Notes = Schemas['Notes'];
export type Closes = Schemas['Closes'];
export type Close = Schemas['Close'];
export type CloseFigures = Schemas['CloseFigures'];
export type ProvenClose = Schemas['ProvenClose'];
export type ProvenCloses = Schemas['ProvenCloses'];
export type Ratios = Schemas['Ratios'];
export type Ratio = Schemas['Ratio'];
export type RatioSide = Schemas['RatioSide'];
export type Limits = Schemas['Limits'];
export type Borrower = Schemas['Borrower'];
export type HealthScores = Schemas['HealthScores'];
export type HealthScore = Schemas['HealthScore'];
export type AspectScore = Schemas['AspectScore'];
export type IndicatorScore = Schemas['IndicatorScore'];
