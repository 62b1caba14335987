global using Aspire.Hosting.ApplicationModel;
global using Aspire.Hosting.Testing;
global using Xunit;
