import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

const ENDS = ['from', 'to'] as const;

/** A period as the address of the page has it. */
export interface Period {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** The period in the address; an end that is not there is left to the server. */
export function usePeriod(): Period {
  const [query] = useSearchParams();
  return { from: query.get('from') ?? undefined, to: query.get('to') ?? undefined };
}

/** Asks for the first and the last day of a period, and puts them into the address. */
export function PeriodForm() {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();

  function show(form: FormData) {
    const filled = ENDS.map((end) => [end, String(form.get(end) ?? '')] as const);
    setQuery(new URLSearchParams(filled.filter(([, day]) => day).map(([end, day]) => [end, day])));
  }

  return (
    <form key={query.toString()} action={show} className="d-flex flex-wrap gap-2 align-items-end mb-3">
      {ENDS.map((end) => (
        <div key={end}>
          <label className="form-label small mb-1" htmlFor={end}>
            {t(`period.${end}`)}
          </label>
          <input id={end} name={end} type="date" className="form-control" defaultValue={query.get(end) ?? ''} />
        </div>
      ))}
      <button type="submit" className="btn btn-primary">
        {t('period.show')}
      </button>
    </form>
  );
}
