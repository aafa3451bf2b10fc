import { consoleResponse } from '@/lib/api/console';
import { consoleReport } from '@/lib/services/console/report';
import { route } from '@/lib/services/http';

export const dynamic = 'force-dynamic';

export const GET = route({ reply: consoleResponse }, () => consoleReport());
