namespace Aspire.Hosting.ApplicationModel;

internal sealed class MissingParameterValueException(string message) : DistributedApplicationException(message);
