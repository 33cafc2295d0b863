using System.Text.Json;

object seen = args switch
{
    ["serviceBus", var connection, var queue] => await ServiceBusScenario.RunAsync(connection, queue),
    ["tables", var connection] => await TablesScenario.RunAsync(connection),
    ["graph", var endpoint, var token, var webhook] => await GraphScenario.RunAsync(endpoint, token, webhook),
    _ => throw new ArgumentException("serviceBus CONNECTION QUEUE, tables CONNECTION or graph ENDPOINT TOKEN WEBHOOK"),
};
Console.WriteLine(JsonSerializer.Serialize(seen));
