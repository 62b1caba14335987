namespace Refit;

internal enum ParameterKind
{
    Path,
    Query,
    Body,
    Header,
    Headers,
    Authorization,
    Cancellation,
}
