import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

/** Asks for the day a report is of, and puts it into the address; `day` is the one that is shown. */
export function DayForm({ day }: { readonly day: string }) {
  const { t } = useTranslation();
  const [, setQuery] = useSearchParams();
  return (
    <form
      action={(form) => setQuery({ as_of: String(form.get('as_of')) })}
      className="d-flex flex-wrap gap-2 align-items-end mb-3"
    >
      <div>
        <label className="form-label small mb-1" htmlFor="as_of">
          {t('balance.asOf')}
        </label>
        <input key={day} id="as_of" name="as_of" type="date" required className="form-control" defaultValue={day} />
      </div>
      <button type="submit" className="btn btn-primary">
        {t('balance.show')}
      </button>
    </form>
  );
}
