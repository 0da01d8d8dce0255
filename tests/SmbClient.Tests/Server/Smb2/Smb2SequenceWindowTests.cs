using SmbClient.Server.Smb2;
using Xunit;

namespace SmbClient.Tests.Server.Smb2;

/// <summary>CommandSequenceWindow, [MS-SMB2] 3.3.1.1 and 3.3.1.2.</summary>
public class Smb2SequenceWindowTests
{
    [Fact]
    public void The_first_message_is_number_0_and_comes_once()
    {
        Smb2SequenceWindow window = new(10);

        Assert.False(window.TryTake(1, 1));
        Assert.True(window.TryTake(0, 1));
        Assert.False(window.TryTake(0, 1));
        Assert.False(window.TryTake(1, 1));
    }

    [Fact]
    public void After_a_negotiation_of_SMB1_it_is_number_1()
    {
        Smb2SequenceWindow window = new(10, first: 1);

        Assert.False(window.TryTake(0, 1));
        Assert.True(window.TryTake(1, 1));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(10, 10)]
    [InlineData(65535, 10)]
    public void Credits_are_granted_as_asked_for_up_to_the_limit_and_never_none(int wanted, int granted)
    {
        Smb2SequenceWindow window = new(10);
        window.TryTake(0, 1);

        Assert.Equal(granted, window.Grant(wanted));
    }

    [Fact]
    public void Numbers_may_come_in_any_order_and_in_runs()
    {
        Smb2SequenceWindow window = new(10);
        window.TryTake(0, 1);
        window.Grant(10);

        Assert.True(window.TryTake(4, 3));
        Assert.False(window.TryTake(2, 3));
        Assert.False(window.TryTake(6, 1));
        Assert.False(window.TryTake(8, 4));
        Assert.True(window.TryTake(1, 3));
        Assert.True(window.TryTake(7, 4));
        Assert.Equal(10, window.Grant(20));
        Assert.True(window.TryTake(20, 1));
        Assert.False(window.TryTake(21, 1));
    }

    [Fact]
    public void A_client_that_holds_the_limit_gets_no_more_until_it_uses_some()
    {
        Smb2SequenceWindow window = new(4);
        window.TryTake(0, 1);

        Assert.Equal(4, window.Grant(100));
        Assert.Equal(0, window.Grant(100));
        Assert.True(window.TryTake(1, 2));
        Assert.Equal(2, window.Grant(100));
    }

    [Fact]
    public void A_number_that_is_never_used_stops_the_client_some_time()
    {
        Smb2SequenceWindow window = new(32);
        window.TryTake(0, 1);
        window.Grant(32);
        ulong next = 2;
        int granted = 0;
        for (int i = 0; i < 1000 && window.TryTake(next, 1); i++)
        {
            next++;
            granted += window.Grant(1);
        }

        Assert.InRange(granted, 1, 64);
        Assert.True(window.TryTake(1, 1));
        Assert.NotEqual(0, window.Grant(1));
    }

    [Fact]
    public void Absurd_numbers_are_refused()
    {
        Smb2SequenceWindow window = new(10);
        window.TryTake(0, 1);
        window.Grant(10);

        Assert.False(window.TryTake(ulong.MaxValue, 1));
        Assert.False(window.TryTake(ulong.MaxValue, 65535));
        Assert.False(window.TryTake(1, 65535));
    }
}
