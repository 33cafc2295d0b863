import { isSummaryDue, type NoticesTold, type SummarisedList, summaryKey, summaryOf } from '../../domain/notice.ts';
import { type NoticeServices, tell } from './tell.ts';

/** Says once a week how the lists stand. @param readLists asked only when it is time */
export function tellWeekly(
  readLists: () => Promise<readonly SummarisedList[]>,
  services: NoticeServices,
): Promise<NoticesTold> {
  return tell(
    told =>
      isSummaryDue(told, services.clock.now())
        ? { keys: [summaryKey], notice: async () => summaryOf(await readLists()) }
        : undefined,
    services,
  );
}
