using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public static class OtlpConfigurationExtensions
{
    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment => builder.WithOtlp(new OtlpExporterAnnotation());

    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder, OtlpProtocol protocol)
        where T : IResourceWithEnvironment => builder.WithOtlp(new OtlpExporterAnnotation { RequiredProtocol = protocol });

    private static IResourceBuilder<T> WithOtlp<T>(this IResourceBuilder<T> builder, OtlpExporterAnnotation annotation)
        where T : IResourceWithEnvironment
    {
        var first = !builder.Resource.HasAnnotationOfType<OtlpExporterAnnotation>();
        builder.WithAnnotation(annotation, ResourceAnnotationMutationBehavior.Replace);
        if (!first) return builder;

        var configuration = builder.ApplicationBuilder.Configuration;
        var environment = builder.ApplicationBuilder.Environment;
        return builder.WithEnvironment(context => Inject(context, configuration, environment));
    }

    private static void Inject(EnvironmentCallbackContext context, ConfigurationManager configuration, IHostEnvironment environment)
    {
        // Official Aspire falls back to its dashboard's own receiver. Ours has none yet, and exporting to nobody is work for nothing.
        if (Exporter(configuration, context.Resource.LastAnnotation<OtlpExporterAnnotation>()?.RequiredProtocol) is not var (url, protocol)) return;
        var variables = context.EnvironmentVariables;
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = url;
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol;
        variables["OTEL_SERVICE_NAME"] = context.Resource.Name;
        if (!Unsecured(configuration)) variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={configuration["AppHost:OtlpApiKey"]}";
        if (!environment.IsDevelopment()) return;

        // Seen at once, and all of it: what a developer looks at is small.
        variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        variables["OTEL_TRACES_SAMPLER"] = "always_on";
        variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
    }

    private static (string Url, string Protocol)? Exporter(ConfigurationManager configuration, OtlpProtocol? required)
    {
        const string Grpc = "grpc";
        const string Http = "http/protobuf";
        var grpc = Setting(configuration, "DASHBOARD_OTLP_ENDPOINT_URL");
        var http = Setting(configuration, "DASHBOARD_OTLP_HTTP_ENDPOINT_URL");
        return required switch
        {
            OtlpProtocol.Grpc => (grpc ?? throw new InvalidOperationException("OtlpExporter is configured to require gRPC protocol, but no endpoint was configured for ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"), Grpc),
            OtlpProtocol.HttpProtobuf => (http ?? throw new InvalidOperationException("OtlpExporter is configured to require http/protobuf protocol, but no endpoint was configured for ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"), Http),
            _ => grpc is not null ? (grpc, Grpc) : http is not null ? (http, Http) : null,
        };
    }

    private static bool Unsecured(ConfigurationManager configuration) =>
        bool.TryParse(configuration["ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS"] ?? configuration["DOTNET_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS"], out var on) && on;

    private static string? Setting(ConfigurationManager configuration, string name) =>
        configuration["ASPIRE_" + name] is { Length: > 0 } value ? value : configuration["DOTNET_" + name] is { Length: > 0 } legacy ? legacy : null;
}
