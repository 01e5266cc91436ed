import { Route, Routes } from 'react-router';
import { Layout } from './components/Layout';
import { EntriesPage } from './pages/EntriesPage';
import { EntryPage } from './pages/EntryPage';
import { HomePage } from './pages/HomePage';
import { LoanPreviewPage } from './pages/LoanPreviewPage';
import { NotFoundPage } from './pages/NotFoundPage';
import { PassbookPage } from './pages/PassbookPage';
import { TrialBalancePage } from './pages/TrialBalancePage';

export function App() {
  return (
    <Routes>
      <Route element={<Layout />}>
        <Route index element={<HomePage />} />
        <Route path="entries" element={<EntriesPage />} />
        <Route path="entries/:number" element={<EntryPage />} />
        <Route path="trial-balance" element={<TrialBalancePage />} />
        <Route path="members" element={<PassbookPage />} />
        <Route path="members/:number" element={<PassbookPage />} />
        <Route path="loan-preview" element={<LoanPreviewPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
