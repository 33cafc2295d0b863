using Azure.Messaging.ServiceBus;

/// <summary>All that the app and the functions host ask of Service Bus, through Microsoft's client.</summary>
internal static class ServiceBusScenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<object> RunAsync(string connection, string queue)
    {
        await using var client = new ServiceBusClient(connection);
        await using var sender = client.CreateSender(queue);
        await using var receiver = client.CreateReceiver(queue);
        return new
        {
            message = await SendAndReceiveAsync(sender, receiver),
            duplicate = await SendTwiceAsync(sender, receiver),
            abandoned = await AbandonAsync(sender, receiver),
            deadLettered = await DeadLetterAsync(client, queue, sender, receiver),
            scheduled = await ScheduleAsync(sender, receiver),
            batch = await ProcessBatchAsync(client, queue, sender),
            lockLost = await CompleteTwiceAsync(sender, receiver),
            typed = await SendTypedPropertiesAsync(sender, receiver),
            bytes = await ReasonOfAsync(() => sender.SendMessageAsync(
                new ServiceBusMessage("bytes") { ApplicationProperties = { ["bytes"] = new byte[] { 1 } } })),
            unknownQueue = await SendToUnknownQueueAsync(client),
        };
    }

    private static async Task<object> SendAndReceiveAsync(ServiceBusSender sender, ServiceBusReceiver receiver)
    {
        var message = new ServiceBusMessage("{\"list\":\"staff\"}")
        {
            MessageId = "first",
            ContentType = "application/json",
            CorrelationId = "run-1",
            ApplicationProperties = { ["text"] = "a", ["number"] = 4711L, ["truth"] = true, ["share"] = 0.5 },
        };
        await sender.SendMessageAsync(message);
        var peeked = await receiver.PeekMessageAsync();
        var received = await ReceiveAsync(receiver);
        var lockedBefore = received.LockedUntil;
        await receiver.RenewMessageLockAsync(received);
        await receiver.CompleteMessageAsync(received);
        return new
        {
            peeked = peeked.MessageId,
            received.MessageId,
            received.ContentType,
            received.CorrelationId,
            received.DeliveryCount,
            Body = received.Body.ToString(),
            received.ApplicationProperties,
            renewed = received.LockedUntil >= lockedBefore,
            nothingLeft = await receiver.PeekMessageAsync() is null,
        };
    }

    private static async Task<int> SendTwiceAsync(ServiceBusSender sender, ServiceBusReceiver receiver)
    {
        for (var time = 0; time < 2; time++)
        {
            await sender.SendMessageAsync(new ServiceBusMessage("twice") { MessageId = "twice" });
        }
        await receiver.CompleteMessageAsync(await ReceiveAsync(receiver));
        return await receiver.PeekMessageAsync() is null ? 1 : 2;
    }

    private static async Task<object> AbandonAsync(ServiceBusSender sender, ServiceBusReceiver receiver)
    {
        await sender.SendMessageAsync(new ServiceBusMessage("again") { MessageId = "again" });
        var first = await ReceiveAsync(receiver);
        await receiver.AbandonMessageAsync(first, new Dictionary<string, object> { ["reason"] = "busy" });
        var second = await ReceiveAsync(receiver);
        await receiver.CompleteMessageAsync(second);
        return new { first = first.DeliveryCount, second = second.DeliveryCount, reason = second.ApplicationProperties["reason"] };
    }

    private static async Task<object> DeadLetterAsync(
        ServiceBusClient client, string queue, ServiceBusSender sender, ServiceBusReceiver receiver)
    {
        await sender.SendMessageAsync(new ServiceBusMessage("poison") { MessageId = "poison" });
        await receiver.DeadLetterMessageAsync(await ReceiveAsync(receiver), "Poison", "cannot be handled");
        await using var letters = client.CreateReceiver(
            queue, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        var letter = await ReceiveAsync(letters);
        await letters.CompleteMessageAsync(letter);
        return new { letter.MessageId, letter.DeadLetterReason, letter.DeadLetterErrorDescription };
    }

    private static async Task<object> ScheduleAsync(ServiceBusSender sender, ServiceBusReceiver receiver)
    {
        var due = DateTimeOffset.UtcNow.AddSeconds(1);
        var cancelled = await sender.ScheduleMessageAsync(new ServiceBusMessage("no") { MessageId = "cancelled" }, due);
        await sender.ScheduleMessageAsync(new ServiceBusMessage("yes") { MessageId = "scheduled" }, due);
        await sender.CancelScheduledMessageAsync(cancelled);
        var received = await ReceiveAsync(receiver);
        var onTime = DateTimeOffset.UtcNow >= due.AddMilliseconds(-50);
        await receiver.CompleteMessageAsync(received);
        return new { received.MessageId, onTime };
    }

    private static async Task<object> ProcessBatchAsync(ServiceBusClient client, string queue, ServiceBusSender sender)
    {
        const int count = 50;
        using var batch = await sender.CreateMessageBatchAsync();
        for (var number = 0; number < count; number++)
        {
            if (!batch.TryAddMessage(new ServiceBusMessage($"{number}"))) throw new InvalidOperationException("Full");
        }
        await sender.SendMessagesAsync(batch);

        var handled = new HashSet<string>();
        var all = new TaskCompletionSource();
        var errors = 0;
        await using var processor = client.CreateProcessor(
            queue, new ServiceBusProcessorOptions { MaxConcurrentCalls = 8, PrefetchCount = 4 });
        processor.ProcessMessageAsync += arguments =>
        {
            lock (handled)
            {
                handled.Add(arguments.Message.Body.ToString());
                if (handled.Count == count) all.TrySetResult();
            }
            return Task.CompletedTask;
        };
        processor.ProcessErrorAsync += _ => Task.FromResult(errors++);
        await processor.StartProcessingAsync();
        await all.Task.WaitAsync(Patience);
        await processor.StopProcessingAsync();
        return new { handled = handled.Count, errors };
    }

    private static async Task<string> CompleteTwiceAsync(ServiceBusSender sender, ServiceBusReceiver receiver)
    {
        await sender.SendMessageAsync(new ServiceBusMessage("once") { MessageId = "once" });
        var received = await ReceiveAsync(receiver);
        await receiver.CompleteMessageAsync(received);
        return await ReasonOfAsync(() => receiver.CompleteMessageAsync(received));
    }

    /// <summary>The types that JavaScript does not have.</summary>
    private static async Task<bool> SendTypedPropertiesAsync(ServiceBusSender sender, ServiceBusReceiver receiver)
    {
        var sent = new Dictionary<string, object>
        {
            ["guid"] = Guid.Parse("0102030405060708090a0b0c0d0e0f10"),
            ["long"] = long.MaxValue,
            ["uri"] = new Uri("https://contoso.example/"),
            ["span"] = TimeSpan.FromMinutes(90),
            ["moment"] = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
            ["letter"] = 'Z',
        };
        var message = new ServiceBusMessage("typed");
        foreach (var (name, value) in sent) message.ApplicationProperties.Add(name, value);
        await sender.SendMessageAsync(message);
        var received = await ReceiveAsync(receiver);
        await receiver.CompleteMessageAsync(received);
        return sent.All(each => each.Value.Equals(received.ApplicationProperties[each.Key]));
    }

    private static async Task<string> SendToUnknownQueueAsync(ServiceBusClient client)
    {
        await using var sender = client.CreateSender("no-such-queue");
        return await ReasonOfAsync(() => sender.SendMessageAsync(new ServiceBusMessage("lost")));
    }

    private static async Task<ServiceBusReceivedMessage> ReceiveAsync(ServiceBusReceiver receiver) =>
        await receiver.ReceiveMessageAsync(Patience) ?? throw new TimeoutException("No message came");

    private static async Task<string> ReasonOfAsync(Func<Task> action)
    {
        try
        {
            await action();
            return "none";
        }
        catch (ServiceBusException exception)
        {
            return exception.Reason.ToString();
        }
    }
}
