// Reads lines of JSON, ["expression", "start"], from a file and writes each with NCrontab's next five occurrences, or null where it refuses the expression.
using System.Text.Json;
using NCrontab;

const int occurrences = 5;

foreach (var line in File.ReadLines(args[0]))
{
    var question = JsonSerializer.Deserialize<string[]>(line) ?? throw new InvalidDataException(line);
    var start = DateTime.Parse(question[1], null, System.Globalization.DateTimeStyles.AdjustToUniversal);
    Console.WriteLine(JsonSerializer.Serialize(new object?[] { question[0], question[1], Next(question[0], start) }));
}

static List<string>? Next(string expression, DateTime start)
{
    CrontabSchedule schedule;
    try
    {
        schedule = CrontabSchedule.Parse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true });
    }
    catch (Exception error) when (error is CrontabException or OverflowException)
    {
        return null;
    }
    var found = new List<string>();
    for (var time = start; found.Count < occurrences; found.Add(time.ToString("yyyy-MM-ddTHH:mm:ssZ")))
    {
        time = schedule.GetNextOccurrence(time);
        // Its answer where there is none.
        if (time == DateTime.MaxValue) break;
    }
    return found;
}
