using System.Diagnostics.CodeAnalysis;

namespace Refit;

/// <inheritdoc cref="IApiResponse"/>
public interface IApiResponse<out T> : IApiResponse
{
    T? Content { get; }

    [MemberNotNullWhen(true, nameof(Content))]
    bool HasContent { get; }
}
