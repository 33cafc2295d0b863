using Azure;
using Azure.Data.Tables;

/// <summary>All that the app asks of Table Storage, through Microsoft's client.</summary>
internal static class TablesScenario
{
    public static async Task<object> RunAsync(string connection)
    {
        var table = new TableServiceClient(connection).GetTableClient("DotnetClients");
        await table.CreateIfNotExistsAsync();
        await table.CreateIfNotExistsAsync();
        return new
        {
            row = await WriteAndReadAsync(table),
            refused = await WriteWithOldETagAsync(table),
            transaction = await CommitAsync(table),
            rolledBack = await RollBackAsync(table),
            pages = await QueryAsync(table),
            tooLarge = await CodeOfAsync(() => table.AddEntityAsync(
                new TableEntity("large", "row") { ["text"] = new string('x', 40_000) })),
            tooEarly = await CodeOfAsync(() => table.AddEntityAsync(
                new TableEntity("early", "row") { ["born"] = DateTimeOffset.MinValue })),
            tooMany = await CodeOfAsync(async () =>
            {
                await foreach (var _ in table.QueryAsync<TableEntity>(maxPerPage: 1_001)) break;
            }),
            missing = await CodeOfAsync(() => table.GetEntityAsync<TableEntity>("no", "row")),
        };
    }

    private static async Task<object> WriteAndReadAsync(TableClient table)
    {
        var moment = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        await table.UpsertEntityAsync(new TableEntity("list", "contact:O'Neil & Zoë +1")
        {
            ["text"] = "Zoë",
            ["number"] = 4711,
            ["long"] = 9_007_199_254_740_993,
            ["share"] = 0.5,
            ["truth"] = true,
            ["moment"] = moment,
            ["bytes"] = new byte[] { 1, 2, 3 },
        });
        var row = (await table.GetEntityAsync<TableEntity>("list", "contact:O'Neil & Zoë +1")).Value;
        await table.UpdateEntityAsync(new TableEntity(row.PartitionKey, row.RowKey) { ["text"] = "merged" }, row.ETag);
        var merged = (await table.GetEntityAsync<TableEntity>(row.PartitionKey, row.RowKey)).Value;
        return new
        {
            text = row.GetString("text"),
            number = row.GetInt32("number"),
            @long = row.GetInt64("long").ToString(),
            share = row.GetDouble("share"),
            truth = row.GetBoolean("truth"),
            moment = row.GetDateTimeOffset("moment") == moment,
            bytes = row.GetBinary("bytes").Length,
            merged = new { text = merged.GetString("text"), number = merged.GetInt32("number") },
        };
    }

    private static async Task<string> WriteWithOldETagAsync(TableClient table)
    {
        await table.AddEntityAsync(new TableEntity("lease", "row"));
        var old = (await table.GetEntityAsync<TableEntity>("lease", "row")).Value;
        await table.UpdateEntityAsync(new TableEntity("lease", "row") { ["owner"] = "one" }, old.ETag);
        return await CodeOfAsync(() => table.UpdateEntityAsync(
            new TableEntity("lease", "row") { ["owner"] = "two" }, old.ETag, TableUpdateMode.Replace));
    }

    private static async Task<int> CommitAsync(TableClient table)
    {
        var rows = Enumerable.Range(0, 100).Select(number => new TableTransactionAction(
            TableTransactionActionType.UpsertReplace,
            new TableEntity("all", $"row-{number:D4}") { ["number"] = number }));
        return (await table.SubmitTransactionAsync(rows)).Value.Count;
    }

    private static async Task<object> RollBackAsync(TableClient table)
    {
        var actions = new[]
        {
            new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("all", "new")),
            new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("all", "row-0000")),
        };
        try
        {
            await table.SubmitTransactionAsync(actions);
            return "committed";
        }
        catch (TableTransactionFailedException exception)
        {
            var added = await table.GetEntityIfExistsAsync<TableEntity>("all", "new");
            return new { exception.ErrorCode, failed = exception.FailedTransactionActionIndex, added = added.HasValue };
        }
    }

    private static async Task<object> QueryAsync(TableClient table)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq 'all' and RowKey ge 'row-0010'");
        var counts = new List<int>();
        await foreach (var page in table.QueryAsync<TableEntity>(filter, 40, ["RowKey", "number"]).AsPages())
        {
            counts.Add(page.Values.Count);
        }
        return counts;
    }

    private static async Task<string> CodeOfAsync(Func<Task> action)
    {
        try
        {
            await action();
            return "none";
        }
        catch (RequestFailedException exception)
        {
            return $"{exception.Status} {exception.ErrorCode}";
        }
    }
}
