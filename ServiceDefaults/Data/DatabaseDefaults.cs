using System.Data;
using System.Reflection;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Meetings.ServiceDefaults.Data;

public static class DatabaseDefaults
{
    /// <summary>The role in which consumers, jobs and the hot paths work: the service itself. Neither owns a table nor bypasses row level security.</summary>
    internal const string ServiceRole = "meetings_service";

    /// <summary>
    /// The service's own database, <c>ConnectionStrings:{name}</c>: migrated before anything else starts, reached through <see cref="Database"/>.
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="name">Connection name, which is the service's name.</param>
    /// <param name="service">The assembly whose embedded <c>Migrations/*.sql</c> make the tables.</param>
    public static void AddDatabase(this IHostApplicationBuilder builder, string name, Assembly service)
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.AddTypeHandler(new UtcInstantHandler());
        SqlMapper.RemoveTypeMap(typeof(DateOnly));
        SqlMapper.AddTypeHandler(new DateHandler());
        SqlMapper.AddTypeHandler(new ArrayHandler<string>());
        SqlMapper.AddTypeHandler(new ArrayHandler<Guid>());

        // Npgsql tells of every command at Information: a line per request, twice.
        builder.Logging.AddFilter("Npgsql", LogLevel.Warning);

        builder.Services.AddSingleton<IHostedService>(services => new Migrator(
            builder.Configuration.GetConnectionString(name) ?? throw new InvalidOperationException($"ConnectionStrings:{name} is not set."),
            service, services.GetRequiredService<ILogger<Migrator>>()));

        builder.AddNpgsqlDataSource(name, configureDataSourceBuilder: source =>
        {
            // Few connections: on small machines more of them are slower, and every replica brings its own.
            var settings = source.ConnectionStringBuilder;
            settings.MaxPoolSize = builder.Configuration.GetValue("Database:MaxPoolSize", 16);
            // Statements are prepared by the driver and reach their rows by keys: planning them anew for every value would cost more than running them.
            settings.Options = $"-c role={ServiceRole} -c plan_cache_mode=force_generic_plan -c idle_in_transaction_session_timeout=30s -c statement_timeout=30s";
            settings.MaxAutoPrepare = 128;
            // Whatever a session sets is local to its transaction, so there is nothing to reset when a connection goes back to the pool.
            settings.NoResetOnClose = true;
        });
        builder.Services.AddSingleton<Database>();
    }

    /// <summary>Npgsql reads timestamptz as a UTC DateTime; this code speaks DateTimeOffset.</summary>
    private sealed class UtcInstantHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => new((DateTime)value, TimeSpan.Zero);

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.UtcDateTime;
    }

    private sealed class DateHandler : SqlMapper.TypeHandler<DateOnly>
    {
        public override DateOnly Parse(object value) => value is DateOnly date ? date : DateOnly.FromDateTime((DateTime)value);

        public override void SetValue(IDbDataParameter parameter, DateOnly value)
        {
            parameter.DbType = DbType.Date;
            parameter.Value = value;
        }
    }

    /// <summary>Npgsql announces array columns as System.Array, which matches no parameter of a record.</summary>
    private sealed class ArrayHandler<T> : SqlMapper.TypeHandler<T[]>
    {
        public override T[] Parse(object value) => (T[])value;

        public override void SetValue(IDbDataParameter parameter, T[]? value) => parameter.Value = value ?? (object)DBNull.Value;
    }
}
