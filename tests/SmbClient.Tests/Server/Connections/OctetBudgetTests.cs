using System.Threading.Tasks;
using SmbClient.Server.Connections;
using Xunit;

namespace SmbClient.Tests.Server.Connections;

public class OctetBudgetTests
{
    [Fact]
    public async Task Who_wants_more_than_is_left_waits_in_line()
    {
        OctetBudget budget = new(100);
        await budget.TakeAsync(60);
        Task second = budget.TakeAsync(50).AsTask();
        Task third = budget.TakeAsync(10).AsTask();

        Assert.False(second.IsCompleted);
        Assert.False(third.IsCompleted);
        budget.Give(60);
        await second;
        await third;
        Assert.Equal(60, budget.Used);
    }

    [Fact]
    public async Task One_alone_gets_what_it_wants()
    {
        OctetBudget budget = new(100);

        await budget.TakeAsync(1000);

        Assert.False(budget.TakeAsync(1).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Answers_never_wait()
    {
        OctetBudget budget = new(100);
        await budget.TakeAsync(90);

        budget.Add(90);

        Assert.Equal(180, budget.Used);
        Task next = budget.TakeAsync(10).AsTask();
        budget.Give(90);
        Assert.True(next.IsCompleted);
    }
}
