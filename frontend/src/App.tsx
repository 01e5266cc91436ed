import { lazy, Suspense } from 'react';
import { Route, Routes } from 'react-router';
import { Layout } from './components/Layout';
import { Loading } from './components/Shown';
import { ClosesPage } from './pages/ClosesPage';
import { EntriesPage } from './pages/EntriesPage';
import { EntryPage } from './pages/EntryPage';
import { HomePage } from './pages/HomePage';
import { LedgerPage } from './pages/LedgerPage';
import { LoanPreviewPage } from './pages/LoanPreviewPage';
import { MeetingPage } from './pages/MeetingPage';
import { MeetingsPage } from './pages/MeetingsPage';
import { NotFoundPage } from './pages/NotFoundPage';
import { PassbookPage } from './pages/PassbookPage';
import { ReceiptPage } from './pages/ReceiptPage';
import { StatementsPage } from './pages/StatementsPage';
import { SupervisionPage } from './pages/SupervisionPage';
import { TrialBalancePage } from './pages/TrialBalancePage';

/** Brings the arithmetic of signatures along, which the other pages do not need. */
const BallotPage = lazy(() => import('./pages/BallotPage'));

export function App() {
  return (
    <Routes>
      <Route element={<Layout />}>
        <Route index element={<HomePage />} />
        <Route path="entries" element={<EntriesPage />} />
        <Route path="entries/:number" element={<EntryPage />} />
        <Route path="trial-balance" element={<TrialBalancePage />} />
        <Route path="statements" element={<StatementsPage />} />
        <Route path="statements/:name" element={<StatementsPage />} />
        <Route path="ledger/:account" element={<LedgerPage />} />
        <Route path="supervision" element={<SupervisionPage />} />
        <Route path="closes" element={<ClosesPage />} />
        <Route path="members" element={<PassbookPage />} />
        <Route path="members/:number" element={<PassbookPage />} />
        <Route path="meetings" element={<MeetingsPage />} />
        <Route path="meetings/:number" element={<MeetingPage />} />
        <Route
          path="meetings/:number/vote"
          element={
            <Suspense fallback={<Loading />}>
              <BallotPage />
            </Suspense>
          }
        />
        <Route path="orders/:receipt" element={<ReceiptPage />} />
        <Route path="loan-preview" element={<LoanPreviewPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
